"""A mark per configuring room, renewed by triggers (`journal.stamps`); rooms attach `touch_stamp` to their own tables."""

from __future__ import annotations

from django.db import migrations, models

TOUCH = """
CREATE FUNCTION touch_stamp() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO journal_stamp (room, mark) VALUES (TG_ARGV[0], gen_random_uuid())
    ON CONFLICT (room) DO UPDATE SET mark = excluded.mark;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[("room", models.TextField(primary_key=True, serialize=False)), ("mark", models.UUIDField())],
        ),
        migrations.RunSQL(TOUCH, "DROP FUNCTION touch_stamp()"),
    ]
