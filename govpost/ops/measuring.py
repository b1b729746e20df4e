"""`govpost measure`: all order facts judged once more, so that a KPI added in this release also counts the past."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from govpost.ops import saying

if TYPE_CHECKING:
    Words = argparse._SubParsersAction[argparse.ArgumentParser]


def add(words: Words) -> None:
    measure = words.add_parser("measure", help="judge the whole past under KPIs that were added; repeating it changes nothing")
    saying.format_option(measure)
    measure.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from govpost.ops import ground

    os.environ.setdefault("GOVPOST_STATEMENT_TIMEOUT_MS", "600000")
    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
    with ground.database():
        import django

        django.setup()
        return measure(as_json=options.format == "json")


def measure(*, as_json: bool) -> int:
    """Walk through every order, saying how far it is on standard error."""
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.quality.recomputing import keep_past_intake, measure_past

    orders = changed = 0
    for progress in measure_past(at=now(), by=Actor.system("measure")):
        orders, changed = progress
        print(f"\r{orders} orders", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    came_in = keep_past_intake(at=now(), by=Actor.system("measure"))
    answer = {"ok": True, "orders": orders, "verdicts_changed": changed, "came_in": came_in}
    print(json.dumps(answer) if as_json else f"{orders} orders read, {changed} verdicts changed, {came_in} arrivals filled in.")
    return 0
