from __future__ import annotations

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "govpost.settlement"
    label = "settlement"
