"""Totals of each account by region and month, filled from the entries that stand there."""

from django.db import migrations, models

import govpost.common.fields

FILL = """
INSERT INTO settlement_monthtotal (month, account, region, fen, charges, reversals)
SELECT date_trunc('month', e.posted_on)::date, e.account, t.region, sum(e.fen), count(*) FILTER (WHERE t.kind = 'charge'),
    count(*) FILTER (WHERE t.kind = 'reversal')
FROM settlement_ledgerentry e JOIN settlement_ledgertxn t ON t.id = e.txn_id GROUP BY 1, 2, 3
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0005_statements")]

    operations = [
        migrations.CreateModel(
            name="MonthTotal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey("month", "account", "region", blank=True, editable=False, primary_key=True, serialize=False),
                ),
                ("account", models.TextField()),
                ("region", govpost.common.fields.LtreeField()),
                ("month", models.DateField()),
                ("fen", models.BigIntegerField()),
                ("charges", models.IntegerField()),
                ("reversals", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
