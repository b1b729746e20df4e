"""`govpost profile export|import`: a city as a template for the next one."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from govpost.ops import saying

if TYPE_CHECKING:
    from govpost.common.refusal import InvalidInput

    Words = argparse._SubParsersAction[argparse.ArgumentParser]


def add(words: Words) -> None:
    profile = words.add_parser("profile", help="a city's configuration as a template, and a new city from it")
    verbs = profile.add_subparsers(title="verbs", required=True, metavar="VERB")
    take = verbs.add_parser(
        "export", help="print a city's template: settings, items, departments, halls, outlets, prices; no people, no keys"
    )
    take.add_argument("code", help="the city's profile, such as bozhou")
    take.set_defaults(run=lambda options: _within(lambda: _export(options.code)))
    bring = verbs.add_parser("import", help="make a city from a filled-in template; all of it or nothing, and twice is once")
    bring.add_argument("file", type=Path, help="the filled-in template")
    bring.add_argument("--dry-run", action="store_true", help="check everything and say what would be made")
    saying.format_option(bring)
    bring.set_defaults(run=lambda options: _within(lambda: _import(options)))


def _within(run: Callable[[], int]) -> int:
    from govpost.ops import ground

    os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
    with ground.database():
        import django

        django.setup()
        return run()


def _export(code: str) -> int:
    from govpost.common.clock import now, shanghai_day
    from govpost.common.refusal import InvalidInput
    from govpost.ops.cities.exporting import template_of

    try:
        template = template_of(code, on=shanghai_day(now()))
    except InvalidInput as refused:
        return _wrong(refused, as_json=False)
    print(json.dumps(template, ensure_ascii=False, indent=2))
    return 0


def _import(options: argparse.Namespace) -> int:
    from govpost.common.clock import now
    from govpost.common.refusal import InvalidInput
    from govpost.ops.cities.importing import bring_in

    as_json = options.format == "json"
    try:
        template = json.loads(options.file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        failure = saying.Failure(f"{options.file} cannot be read ({problem}).", "Give the path of a template in JSON.")
        return saying.say(failure, as_json=as_json)
    try:
        made = bring_in(template, at=now(), dry_run=options.dry_run)
    except InvalidInput as refused:
        return _wrong(refused, as_json=as_json)
    _tell(made.new, made.stood, dry_run=options.dry_run, as_json=as_json)
    return 0


def _tell(new: dict[str, list[str]], stood: int, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"ok": True, "dry_run": dry_run, "made": new, "stood": stood}, ensure_ascii=False))
        return
    for part, codes in new.items():
        print(f"{part}: {', '.join(codes)}")
    count = sum(len(codes) for codes in new.values())
    print(f"{count} would be made, {stood} stand already. Nothing was changed." if dry_run else f"{count} made, {stood} stood already.")


def _wrong(refused: InvalidInput, *, as_json: bool) -> int:
    """Every error with its place in the file; nothing was made."""
    errors: dict[str, Any] = {place: str(sentence) for place, sentence in refused.errors.items()}
    if as_json:
        print(json.dumps({"ok": False, "errors": errors}, ensure_ascii=False))
    else:
        for place, sentence in errors.items():
            print(f"{place}: {sentence}", file=sys.stderr)
        print("Nothing was made. Correct these places and run the same command again.", file=sys.stderr)
    return 1
