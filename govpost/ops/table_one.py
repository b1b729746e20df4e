"""`govpost table1`: the paper's table, computed from the profiles of a day and from what came in."""

from __future__ import annotations

import argparse
import os
from datetime import date
from typing import TYPE_CHECKING

from govpost.ops import saying

if TYPE_CHECKING:
    Words = argparse._SubParsersAction[argparse.ArgumentParser]


def add(words: Words) -> None:
    table = words.add_parser("table1", help="Table 1 of the paper: seven rows by city, with exceptions and where each cell comes from")
    table.add_argument("--on", type=_day, help="the Shanghai day whose profiles count, such as 2026-11-28 (default: today)")
    table.add_argument("--city", action="append", default=[], help="code of a city's profile; may be repeated (default: all cities)")
    table.add_argument("--language", choices=["zh", "en"], default="zh", help="the words of the table (default: zh, as printed)")
    saying.format_option(table)
    table.set_defaults(run=_run)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it like 2026-11-28") from None


def _run(options: argparse.Namespace) -> int:
    from govpost.ops import ground, prepare

    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
    prepare.translations()
    with ground.database():
        import django

        django.setup()
        from govpost.ops.table_one_print import print_table

        as_json = options.format == "json"
        return print_table(on=options.on, codes=options.city, language=options.language, as_json=as_json)
