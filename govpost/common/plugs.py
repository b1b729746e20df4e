"""Finds the outside implementation of a port in the table of `config.settings.PORTS`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings


def plug(port: str) -> Any:
    """An instance of the class that `settings.PORTS` names for `port`, for example "delivery.carrier"."""
    module, _, name = settings.PORTS[port].partition(":")
    return getattr(import_module(module), name)()
