"""Messages to people, sealed."""

from django.db import migrations, models

import govpost.common.fields
import govpost.common.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=govpost.common.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ("template", models.TextField()),
                ("subject", models.TextField()),
                ("key", models.TextField(blank=True, default="")),
                ("party_id", models.UUIDField(null=True)),
                ("region", govpost.common.fields.LtreeField()),
                ("phone_masked", models.TextField()),
                ("sealed", models.BinaryField()),
                ("state", models.TextField(choices=[("wanted", "wanted"), ("sent", "sent"), ("failed", "failed")])),
                ("provider_id", models.TextField(blank=True, default="")),
                ("tries", models.IntegerField(default=0)),
                ("error", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "created_at"], name="notice_by_subject"),
                    models.Index(condition=models.Q(("state", "sent"), _negated=True), fields=["state"], name="notice_not_sent"),
                ],
                "constraints": [models.UniqueConstraint(fields=("template", "subject", "key"), name="notice_once")],
            },
        ),
    ]
