"""Organisations that were there before have had their present name since they began."""

from __future__ import annotations

from django.db import migrations

FILL = """
INSERT INTO parties_organisationname (id, organisation_id, name, name_en, starts_on)
SELECT gen_random_uuid(), id, name, name_en, active_from FROM parties_organisation
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_people_and_second_factor")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
