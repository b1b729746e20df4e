"""What waits too long, from when it was noticed until it went on."""

from __future__ import annotations

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Wait",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                (
                    "watch",
                    models.TextField(
                        choices=[
                            ("case_papers", "case_papers"),
                            ("case_acceptance", "case_acceptance"),
                            ("case_correction", "case_correction"),
                            ("case_decision", "case_decision"),
                            ("case_handing_over", "case_handing_over"),
                            ("case_posting", "case_posting"),
                            ("case_fetching", "case_fetching"),
                            ("case_flagged", "case_flagged"),
                            ("mail_booking", "mail_booking"),
                            ("mail_collection", "mail_collection"),
                            ("mail_silent", "mail_silent"),
                            ("mail_at_office", "mail_at_office"),
                            ("mail_out", "mail_out"),
                            ("mail_attempt", "mail_attempt"),
                            ("mail_fetching", "mail_fetching"),
                            ("mail_refused", "mail_refused"),
                            ("mail_returning", "mail_returning"),
                            ("task_sent", "task_sent"),
                            ("task_taken", "task_taken"),
                            ("list_untaken", "list_untaken"),
                            ("unclear_event", "unclear_event"),
                            ("notice_failed", "notice_failed"),
                            ("notice_unsent", "notice_unsent"),
                            ("fact_set_aside", "fact_set_aside"),
                            ("follower_behind", "follower_behind"),
                            ("job_failed", "job_failed"),
                            ("job_waiting", "job_waiting"),
                        ]
                    ),
                ),
                ("subject", models.TextField()),
                ("number", models.TextField()),
                ("owner", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("organisation_id", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("over_at", models.DateTimeField()),
                ("noticed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("ended_at__isnull", True)), fields=["over_at", "id"], name="wait_open")],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("ended_at__isnull", True)), fields=("watch", "subject"), name="wait_once")
                ],
            },
        ),
    ]
