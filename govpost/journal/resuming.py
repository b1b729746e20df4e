"""After a dump was restored into a server whose transaction numbers begin anew.

Followers read facts in the order (xid, seq) below the oldest open transaction. Numbers of the old server would lie above all
new ones: old facts would never be read, new ones be taken for read. So facts and cursors get small numbers, in their order: each
fact as many as there are cursors before it, each cursor as many as before itself. What a follower had read stays read, the rest stays
ahead of it, and every new transaction comes after.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

# A number that no server gives out any more: transactions begin at 3.
_BEFORE = """
CREATE TEMP TABLE cursors_before ON COMMIT DROP AS SELECT DISTINCT xid, seq FROM journal_cursor;
UPDATE journal_fact f SET xid =
  (3 + (SELECT count(*) FROM cursors_before c WHERE (c.xid, c.seq) < (f.xid::text::bigint, f.seq)))::text::xid8;
UPDATE journal_cursor j SET xid = 3 + (SELECT count(*) FROM cursors_before c WHERE (c.xid, c.seq) < (j.xid, j.seq)), seq = {last};
"""
_LAST_SEQ = 2**63 - 1


def resume(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    """Once, as the owner, before the first follower runs on the restored tables."""
    with connection.transaction():
        connection.execute(sql.SQL(_BEFORE).format(last=sql.Literal(_LAST_SEQ)))
