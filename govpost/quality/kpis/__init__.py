"""The register of KPIs: to add one, write its module and name it here (how-to: docs/howto)."""

from __future__ import annotations

from govpost.quality.kpis import collection_on_time, delivery_on_time
from govpost.quality.kpis.definition import Kpi

KPIS: dict[str, Kpi] = {kpi.code: kpi for kpi in (collection_on_time.KPI, delivery_on_time.KPI)}
