from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "govpost.cases"
    label = "cases"
