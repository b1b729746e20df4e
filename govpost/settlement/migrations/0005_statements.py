"""Monthly statements: what was billed for a month, with the ledger entries that stand on it."""

import django.db.models.deletion
from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_stamped"),
        ("settlement", "0004_the_post"),
    ]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("number", models.TextField(unique=True)),
                ("account", models.TextField()),
                ("month", models.DateField()),
                ("region", govpost.common.fields.LtreeField()),
                ("agreements", models.JSONField(default=list)),
                ("fen", models.BigIntegerField()),
                ("charges", models.IntegerField()),
                ("reversals", models.IntegerField()),
                ("digest", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.TextField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="parties.organisation"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "entry",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="stated",
                        serialize=False,
                        to="settlement.ledgerentry",
                    ),
                ),
                ("position", models.IntegerField()),
                (
                    "statement",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="settlement.statement"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="statement",
            index=models.Index(fields=["-month", "-number"], name="statement_by_month"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.UniqueConstraint(fields=("account", "month"), name="statement_once"),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(condition=models.Q(("charges__gte", 0), ("reversals__gte", 0)), name="statement_counts"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.UniqueConstraint(fields=("statement", "position"), name="statementline_place"),
        ),
    ]
