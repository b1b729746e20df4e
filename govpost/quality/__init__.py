"""Rates whose every figure opens its items: KPI definitions, fact versions, rollups and corrections of past days."""
