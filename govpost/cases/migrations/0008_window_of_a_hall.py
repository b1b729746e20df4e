"""What lies at a window is found by the place: a hall's share of a province's windows is small."""

from django.db import migrations, models
from django.db.models import Q

AT_WINDOW = Q(state__in=["submitted", "correcting", "handed_over"]) | Q(papers_to_return=True)


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_found_by_ref")]

    operations = [
        migrations.RemoveIndex(model_name="case", name="case_at_window"),
        migrations.AddIndex(
            model_name="case", index=models.Index(fields=["region", "red_at", "id"], condition=AT_WINDOW, name="case_at_window")
        ),
    ]
