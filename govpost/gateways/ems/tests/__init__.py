"""Tests of the carrier's gateway. `CALM` is how properties are tried: as often as usual, however busy the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
