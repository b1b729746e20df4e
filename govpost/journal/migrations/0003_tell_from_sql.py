"""Facts told from within another room's statement: the journal's own function, so that its table is still written by it alone."""

from __future__ import annotations

from django.db import migrations

# Time-ordered ids of version 7 (RFC 9562), as `common.ids` makes them. PostgreSQL has them since 18; before, the moment in
# milliseconds is laid over a random id and the version's bits are set.
IDS = """
DO $make$ BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        CREATE FUNCTION journal_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS 'SELECT pg_catalog.uuidv7()';
    ELSE
        CREATE FUNCTION journal_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
            SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send((date_part('epoch', clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
        $$;
    END IF;
END $make$;
"""

# One row per subject; the arrays run side by side. With the caller's rights: who may not write facts may not call it either.
TELL = """
CREATE FUNCTION journal_tell(
    kind text, subjects text[], regions ltree[], moments timestamptz[], payloads jsonb[], known_at timestamptz, actor text, actor_key text
) RETURNS bigint LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_variable
DECLARE told bigint;
BEGIN
    INSERT INTO journal_fact (id, kind, subject, region, occurred_at, known_at, actor, actor_key, payload)
    SELECT journal_id(), kind, f.subject, f.region, f.moment, known_at, actor, actor_key, f.payload
    FROM unnest(subjects, regions, moments, payloads) AS f (subject, region, moment, payload);
    GET DIAGNOSTICS told = ROW_COUNT;
    RETURN told;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_stamps")]

    operations = [
        migrations.RunSQL(IDS, "DROP FUNCTION journal_id()"),
        migrations.RunSQL(TELL, "DROP FUNCTION journal_tell(text, text[], ltree[], timestamptz[], jsonb[], timestamptz, text, text)"),
    ]
