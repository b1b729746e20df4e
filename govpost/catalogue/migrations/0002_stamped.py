"""Changes of this room's configuration renew its mark (`journal.stamps`)."""

from __future__ import annotations

from django.db import migrations

from govpost.journal.stamping import stamped


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial"), ("journal", "0002_stamps")]

    operations = stamped("catalogue", "catalogue_service", "catalogue_paper")
