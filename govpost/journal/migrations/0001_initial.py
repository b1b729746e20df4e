"""Facts by month, followers' cursors, and the bounded function that makes months ahead with the owner's rights."""

from __future__ import annotations

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids

FACTS = """
CREATE SEQUENCE journal_fact_seq AS bigint;
CREATE TABLE journal_fact (
    id uuid NOT NULL,
    seq bigint NOT NULL DEFAULT nextval('journal_fact_seq'),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    kind text NOT NULL,
    subject text NOT NULL,
    region ltree NOT NULL,
    occurred_at timestamptz NOT NULL,
    known_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT transaction_timestamp(),
    actor text NOT NULL,
    actor_key text NOT NULL,
    payload jsonb NOT NULL,
    PRIMARY KEY (recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE journal_fact_default PARTITION OF journal_fact DEFAULT;
CREATE INDEX journal_fact_order ON journal_fact (xid, seq);
CREATE INDEX journal_fact_subject ON journal_fact (subject, seq);
CREATE INDEX journal_fact_actor ON journal_fact (actor_key, recorded_at);
"""

# SECURITY DEFINER: the application role may have months made, and nothing else, with the owner's rights.
MONTHS = """
CREATE FUNCTION make_months(parent text, first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    name text;
    made integer := 0;
BEGIN
    IF parent NOT IN ('journal_fact', 'delivery_scan') THEN
        RAISE EXCEPTION 'make_months: % is not partitioned by month', parent;
    END IF;
    IF last - first > 3660 THEN
        RAISE EXCEPTION 'make_months: more than ten years asked for';
    END IF;
    WHILE month <= last LOOP
        name := format('%s_%s', parent, to_char(month, 'YYYYMM'));
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                name, parent, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS ltree", migrations.RunSQL.noop),
        migrations.RunSQL(FACTS, "DROP TABLE journal_fact; DROP SEQUENCE journal_fact_seq"),
        migrations.RunSQL(MONTHS, "DROP FUNCTION make_months(text, date, date)"),
        migrations.RunSQL(
            "SELECT make_months('journal_fact', (now() - interval '2 months')::date, (now() + interval '4 months')::date)",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(editable=False)),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("occurred_at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.TextField()),
                ("actor_key", models.TextField()),
                ("payload", models.JSONField()),
            ],
            options={"db_table": "journal_fact", "managed": False},
        ),
        migrations.CreateModel(
            name="Cursor",
            fields=[
                ("follower", models.TextField(primary_key=True, serialize=False)),
                ("xid", models.BigIntegerField(default=0)),
                ("seq", models.BigIntegerField(default=0)),
                ("moved_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("follower", models.TextField()),
                ("fact_id", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("error", models.TextField(blank=True)),
                ("tries", models.IntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["follower", "subject", "seq"], name="setaside_by_subject")],
                "constraints": [models.UniqueConstraint(fields=("follower", "fact_id"), name="setaside_once")],
            },
        ),
    ]
