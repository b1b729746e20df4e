"""A month that is made takes the rows that came before it out of the default partition, so that none has to be moved by hand."""

from __future__ import annotations

from django.db import migrations

# Still bounded: two tables, ten years, names from dates. Whole rows move, so that a fact keeps its place in the order of followers. The
# parent is locked as by any new partition: nobody writes meanwhile, and no reader that has the list of partitions without this month
# can find its rows gone from the default one.
MONTHS = """
CREATE OR REPLACE FUNCTION make_months(parent text, first date, last date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date := date_trunc('month', first)::date;
    keyed text := CASE parent WHEN 'journal_fact' THEN 'recorded_at' WHEN 'delivery_scan' THEN 'occurred_at' END;
    name text;
    since timestamptz;
    until timestamptz;
    made integer := 0;
BEGIN
    IF keyed IS NULL THEN
        RAISE EXCEPTION 'make_months: % is not partitioned by month', parent;
    END IF;
    IF last - first > 3660 THEN
        RAISE EXCEPTION 'make_months: more than ten years asked for';
    END IF;
    WHILE month <= last LOOP
        name := format('%s_%s', parent, to_char(month, 'YYYYMM'));
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('LOCK TABLE ONLY %I, %I IN ACCESS EXCLUSIVE MODE', parent, parent || '_default');
        END IF;
        IF to_regclass(name) IS NULL THEN  -- whoever was faster held the lock
            since := month::timestamp AT TIME ZONE 'UTC';
            until := (month + interval '1 month') AT TIME ZONE 'UTC';
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
            EXECUTE format('WITH moved AS (DELETE FROM %I WHERE %I >= $1 AND %I < $2 RETURNING *) INSERT INTO %I SELECT * FROM moved',
                parent || '_default', keyed, keyed, name) USING since, until;
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                parent, name, to_char(month, 'YYYY-MM-DD') || ' 00:00:00+00',
                to_char(month + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_tell_from_sql"),
    ]

    operations = [
        migrations.RunSQL(MONTHS, migrations.RunSQL.noop),
    ]
