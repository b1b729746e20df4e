"""The post and its express arm, who carry in every province; further carriers are declared by administrators."""

from __future__ import annotations

from django.db import migrations

ADD = """
INSERT INTO settlement_carrier (code, name, name_en, kind, basis, open_from) VALUES
    ('ems', '中国邮政速递物流（EMS）', 'EMS, the express arm of China Post', 'post', '邮政法 14、55', '2010-01-01'),
    ('post', '中国邮政（给据信函）', 'China Post, registered letters', 'post', '邮政法 14、55', NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0003_carriers_and_renewals")]

    operations = [migrations.RunSQL(ADD, "DELETE FROM settlement_carrier WHERE code IN ('ems', 'post')")]
