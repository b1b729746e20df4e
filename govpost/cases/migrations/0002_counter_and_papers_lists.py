"""Where an application was made and who has it in hand, how its papers are provided, and lists of papers for departments."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0001_initial"),
        ("catalogue", "0002_stamped"),
        ("licences", "0001_initial"),
        ("parties", "0002_stamped"),
        ("places", "0002_stamped"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="handoveritem",
            name="handoveritem_one_open_list",
        ),
        migrations.AddField(
            model_name="case",
            name="channel",
            field=models.TextField(choices=[("portal", "portal"), ("window", "window"), ("partner", "partner")], default="portal"),
        ),
        migrations.AddField(
            model_name="case",
            name="clerk_id",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casepaper",
            name="how",
            field=models.TextField(
                blank=True, choices=[("paper", "paper"), ("electronic", "electronic"), ("waived", "waived"), ("later", "later")], default=""
            ),
        ),
        migrations.AddField(
            model_name="casepaper",
            name="licence",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="casepaper",
            name="why",
            field=models.TextField(blank=True, default=""),
        ),
        migrations.AddField(
            model_name="handoveritem",
            name="counted",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="handoveritem",
            name="papers",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="casepaper",
            name="status",
            field=models.TextField(
                choices=[
                    ("expected", "expected"),
                    ("on_the_way", "on_the_way"),
                    ("received", "received"),
                    ("missing", "missing"),
                    ("returned", "returned"),
                    ("electronic", "electronic"),
                    ("waived", "waived"),
                ]
            ),
        ),
        migrations.AlterField(
            model_name="handoverlist",
            name="desk",
            field=models.TextField(choices=[("station", "station"), ("window", "window"), ("department", "department")]),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=models.Q(("clerk_id__isnull", False)), fields=["clerk_id", "-created_at"], name="case_by_clerk"),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("found__isnull", True), ("papers__isnull", True)), fields=("case",), name="handoveritem_one_open_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("found__isnull", True), ("papers__isnull", False)),
                fields=("case",),
                name="handoveritem_one_papers_list",
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(("papers__isnull", True), ("papers__gte", 1), _connector="OR"), name="handoveritem_some_papers"
            ),
        ),
        migrations.AddConstraint(
            model_name="handoveritem",
            constraint=models.CheckConstraint(
                condition=models.Q(("counted__isnull", True), ("counted__gte", 0), _connector="OR"), name="handoveritem_counted"
            ),
        ),
    ]
