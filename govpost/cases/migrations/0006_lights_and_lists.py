"""A case holds the light that stands and whether papers of it go back, and every list of cases has the index of its order."""

from __future__ import annotations

import django.db.models.functions.comparison
from django.db import migrations, models

# The mail under way that is due first, as `lights.note_mail` keeps it from now on.
MARKS = """
UPDATE cases_case c SET mail_amber_at = m.amber_at, mail_red_at = m.red_at FROM (
    SELECT DISTINCT ON (l.case_id) l.case_id, o.due_at + interval '1 microsecond' AS red_at,
           o.due_at - greatest(o.due_at - o.placed_at, interval '0') / 4 AS amber_at
    FROM delivery_order o JOIN cases_caseorder l ON l.order_id = o.id
    WHERE o.due_at IS NOT NULL ORDER BY l.case_id, o.due_at, o.id
) m WHERE c.id = m.case_id
"""
PAPERS = """
UPDATE cases_case c SET papers_to_return = true WHERE c.state IN ('not_accepted', 'withdrawn', 'terminated')
AND EXISTS (SELECT 1 FROM cases_casepaper p WHERE p.case_id = c.id AND p.status IN ('received', 'on_the_way'))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_ref"),
        ("delivery", "0008_running_promise"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="case",
            name="case_by_department",
        ),
        migrations.RemoveIndex(
            model_name="case",
            name="case_by_clock",
        ),
        migrations.AddField(
            model_name="case",
            name="mail_amber_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="mail_red_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="papers_to_return",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(MARKS, migrations.RunSQL.noop),
        migrations.RunSQL(PAPERS, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="case",
            name="lit_amber_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(state="closed", then=None),
                    default=django.db.models.functions.comparison.Coalesce("amber_at", "mail_amber_at"),
                ),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="lit_red_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(state="closed", then=None), default=django.db.models.functions.comparison.Coalesce("red_at", "mail_red_at")
                ),
                output_field=models.DateTimeField(null=True),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["department", "state", "red_at", "id"], name="case_by_department"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["submitted", "correcting", "accepted", "approved", "refused"])),
                fields=["department", "red_at", "id"],
                name="case_in_hand",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", ["submitted", "correcting", "handed_over"]), ("papers_to_return", True), _connector="OR"),
                fields=["red_at", "id"],
                name="case_at_window",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("red_at__isnull", False)), fields=["red_at", "id"], name="case_by_clock"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("lit_red_at__isnull", False)), fields=["lit_red_at", "id"], name="case_by_light"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["region", "id"], name="case_by_region"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("state__in", ["submitted", "correcting", "accepted", "approved", "refused", "handed_over"]),
                    ("lit_red_at__isnull", False),
                    ("flag__gt", ""),
                    _connector="OR",
                ),
                fields=["region"],
                include=("department", "state", "flag", "amber_at", "red_at", "lit_amber_at", "lit_red_at"),
                name="case_watched",
            ),
        ),
        migrations.AddIndex(
            model_name="caseorder",
            index=models.Index(fields=["number"], name="caseorder_by_number"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("mail_amber_at__isnull", True), ("mail_red_at__isnull", True)),
                    models.Q(("mail_amber_at__isnull", False), ("mail_red_at__isnull", False)),
                    _connector="OR",
                ),
                name="case_both_mail_marks",
            ),
        ),
    ]
