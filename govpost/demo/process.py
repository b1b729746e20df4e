"""The builder as a process of the demonstration: `python -m govpost.demo.process` writes how far it is to `progress.json`.

The status page and the terminal read that file. Django is set up before any room is imported.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    import django

    django.setup()
    from govpost.demo.build import BrokenOff, build

    started = time.monotonic()
    gc.disable()  # this process lives for half a minute
    try:
        build(_write_progress)
    except BrokenOff as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    sys.stdout.write(f"Built in {time.monotonic() - started:.1f} s.\n")
    return 0


def _write_progress(done: int, of: int, words: str) -> None:
    path = Path(os.environ["GOVPOST_DATA"]) / "progress.json"
    fresh = path.with_suffix(".part")
    fresh.write_text(json.dumps({"done": done, "of": of, "words": words, "finished": done >= of}))
    fresh.replace(path)


if __name__ == "__main__":
    sys.exit(main())
