"""The fold as a function of the database, and room in the pages of orders for the next version of their rows."""

from __future__ import annotations

from pathlib import Path

from django.db import migrations

FOLD = (Path(__file__).parents[1] / "fold.sql").read_text(encoding="utf-8")
DROP = "DROP FUNCTION delivery_fold(uuid[], timestamptz, text, text, text)"
# An order's row is rewritten with each of its moves, some eight times, and orders that were placed together move together. With
# half of each page free a new version finds its place beside the old one and touches none of the table's twelve indexes. Pages
# that are full already stay as they are.
ROOM = "ALTER TABLE delivery_order SET (fillfactor = 50)"


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("journal", "0003_tell_from_sql"),  # the fold tells its facts through it
    ]

    operations = [
        migrations.RunSQL(FOLD, DROP),
        migrations.RunSQL(ROOM, "ALTER TABLE delivery_order RESET (fillfactor)"),
    ]
