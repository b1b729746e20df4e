"""The three database roles and what each may do, as SQL: run by the launcher, printed by `govpost doctor --sql`.

The owner migrates; the application reads and writes rows but can neither define tables nor alter what was recorded; the
report role reads.
"""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import Connection, sql

OWNER, APPLICATION, REPORT = "govpost_owner", "govpost_app", "govpost_report"
DATABASE = "govpost"
EXTENSIONS = ("ltree", "btree_gist", "pg_trgm")

# Rows of these tables are evidence: the application adds them and never changes or removes one.
APPEND_ONLY = (
    "journal_fact",
    "settlement_ledgertxn",
    "settlement_ledgerentry",
    "settlement_statement",
    "settlement_statementline",
    "delivery_scan",
    "delivery_scanvoid",
    "quality_factversion",
    "retention_erasure",
    "retention_certificate",
)
# Sessions, sign-in attempts and job arguments are nobody's report.
NOT_REPORTED = (
    "django_session", "axes_", "procrastinate_", "parties_staff", "parties_partnerkey", "parties_signin", "parties_secondfactor",
    "parties_recoverycode",
)  # fmt: skip

SETUP = f"""\
-- Once per server, as a superuser. Replace the passwords.
CREATE ROLE {OWNER} LOGIN PASSWORD 'owner-password';
CREATE ROLE {APPLICATION} LOGIN PASSWORD 'application-password';
CREATE ROLE {REPORT} LOGIN PASSWORD 'report-password';
CREATE DATABASE {DATABASE} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0;
\\connect {DATABASE}
"""


def setup_script() -> str:
    """The whole script for a server that is not ours; `govpost migrate` then makes the tables as the owner."""
    extensions = "".join(f"CREATE EXTENSION IF NOT EXISTS {name};\n" for name in EXTENSIONS)
    return f"{SETUP}{extensions}\n-- Done again after every `govpost migrate`, as {OWNER}:\n{GRANTS}"


GRANTS: LiteralString = f"""\
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO {APPLICATION}, {REPORT};
DO $$
DECLARE t record;
BEGIN
  FOR t IN
    SELECT c.oid, c.relname, c.relkind, c.relispartition FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
       AND pg_get_userbyid(c.relowner) = current_user
  LOOP
    IF t.relkind = 'S' THEN
      EXECUTE format('GRANT USAGE, SELECT ON SEQUENCE %I TO {APPLICATION}', t.relname);
      CONTINUE;
    END IF;
    EXECUTE format('REVOKE ALL ON %I FROM {APPLICATION}, {REPORT}', t.relname);
    IF t.relispartition THEN  -- written through its parent only: other rights of its own would be a side door
      EXECUTE format('GRANT SELECT ON %I TO {APPLICATION}, {REPORT}', t.relname);
      CONTINUE;
    END IF;
    IF t.relname = ANY (ARRAY[{", ".join(f"'{name}'" for name in APPEND_ONLY)}]) THEN
      EXECUTE format('GRANT SELECT, INSERT ON %I TO {APPLICATION}', t.relname);
    ELSIF t.relname = 'django_migrations' THEN
      EXECUTE format('GRANT SELECT ON %I TO {APPLICATION}', t.relname);
    ELSE
      EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO {APPLICATION}', t.relname);
    END IF;
    IF NOT ({" OR ".join(f"starts_with(t.relname, '{name}')" for name in NOT_REPORTED)}) THEN
      EXECUTE format('GRANT SELECT ON %I TO {REPORT}', t.relname);
    END IF;
  END LOOP;
END $$;
"""


def make_roles(connection: Connection[Any], passwords: dict[str, str]) -> None:
    """Create the roles or give them these passwords; `connection` is a superuser's."""
    for role in (OWNER, APPLICATION, REPORT):
        name, secret = sql.Identifier(role), sql.Literal(passwords[role])
        connection.execute(
            sql.SQL(
                "DO $make$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {literal}) THEN "
                "CREATE ROLE {name} LOGIN; END IF; END $make$"
            ).format(literal=sql.Literal(role), name=name)
        )
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(name, secret))
