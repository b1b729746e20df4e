"""Watches for what was ordered and not posted, papers to give back, proposals, statements and moves."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("supervision", "0001_initial")]

    operations = [
        migrations.AlterField(
            "wait",
            "watch",
            models.TextField(
                choices=[
                    (code, code)
                    for code in (
                        "case_papers",
                        "case_acceptance",
                        "case_correction",
                        "case_decision",
                        "case_handing_over",
                        "case_posting",
                        "case_fetching",
                        "case_flagged",
                        "case_papers_back",
                        "mail_booking",
                        "mail_posting",
                        "mail_collection",
                        "mail_silent",
                        "mail_at_office",
                        "mail_out",
                        "mail_attempt",
                        "mail_fetching",
                        "mail_refused",
                        "mail_returning",
                        "task_sent",
                        "task_taken",
                        "list_untaken",
                        "unclear_event",
                        "notice_failed",
                        "proposal_review",
                        "proposal_unfinished",
                        "statement_unmade",
                        "outlet_left",
                        "move_overdue",
                        "notice_unsent",
                        "fact_set_aside",
                        "follower_behind",
                        "job_failed",
                        "job_waiting",
                    )
                ]
            ),
        ),
    ]
