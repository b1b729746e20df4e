"""Takes the database fixture over from pytest-django; everything else stands in the plugin."""

from __future__ import annotations

from govpost.ops.pytest_plugin import django_db_setup

__all__ = ["django_db_setup"]
