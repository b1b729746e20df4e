"""Until now an application that was not made in the portal came through a partner's interface."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_counter_and_papers_lists")]

    operations = [
        migrations.RunSQL(
            "UPDATE cases_case SET channel = 'partner' WHERE intake_id IS NOT NULL AND channel = 'portal'", migrations.RunSQL.noop
        ),
    ]
