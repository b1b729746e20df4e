"""The mail in bulk as a process of the demonstration: `python -m govpost.demo.filling year`; ended in between, it goes on where it was."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def main(size: str) -> int:
    import django

    django.setup()
    from django.db import connection

    from govpost.common.clock import shanghai_day
    from govpost.demo import bulk
    from govpost.demo.build import BEGUN, SEED
    from govpost.journal.models import Fact

    started = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")  # what a power cut takes is made again
    begun = Fact.objects.get(kind=BEGUN)
    days = bulk.fill(_write_progress, size=bulk.SIZES[size], seed=SEED, today=shanghai_day(begun.known_at))
    sys.stdout.write(f"{days} days of mail in {time.monotonic() - started:.0f} s.\n")
    return 0


def _write_progress(done: int, of: int, words: str) -> None:
    path = Path(os.environ["GOVPOST_DATA"]) / "progress-bulk.json"
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps({"done": done, "of": of, "words": words}))
    fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
