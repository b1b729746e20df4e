"""`python3 run.py bench [P1 … P7] [--full]`: one line of JSON per bar, with the machine and the load beside it.

`--full` takes the sizes that the bars name; without it a bar is done in a few minutes. Each bar that fills the database has one of its own.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import Any

from benchmarks import p1_intake, p2_scans, p3_tracking, p4_followers, p5_quality, p6_year, p7_pages
from benchmarks.ground import ground, machine

BARS = {"P1": p1_intake, "P2": p2_scans, "P3": p3_tracking}
LARGE = {"P4": p4_followers, "P5": p5_quality, "P6": p6_year, "P7": p7_pages}


def main(words: list[str]) -> int:
    full, names = "--full" in words, [word.upper() for word in words if word != "--full"]
    unknown = [name for name in names if name not in BARS | LARGE]
    if unknown:
        print(f"There is no bar {', '.join(unknown)}; there are {', '.join(BARS | LARGE)}.", file=sys.stderr)
        return 2
    wanted = names or list(BARS | LARGE)
    if set(BARS) & set(wanted):
        with ground() as place:
            for name, bar in BARS.items():
                if name in wanted or (name == "P2" and "P3" in wanted):  # P3 reads what P2 wrote
                    _say(bar.NAME, bar.GOAL, bar.run(place))
    large = [name for name in LARGE if name in wanted]
    if len(large) == 1:
        with ground() as place:
            _say(LARGE[large[0]].NAME, LARGE[large[0]].GOAL, LARGE[large[0]].run(place, full=full))
        return 0
    # Django is set up once in a process, for one database.
    words = [sys.executable, "-m", "benchmarks", *["--full"][: int(full)]]
    return max((_run([*words, name]) for name in large), default=0)


def _run(words: list[str]) -> int:
    child = subprocess.Popen(words)
    try:
        return child.wait()
    finally:
        child.terminate()
        child.wait()


def _say(name: str, goal: str, found: dict[str, Any]) -> None:
    figures = {key: round(value, 3) if isinstance(value, float) else value for key, value in found.items()}
    print(json.dumps({"bar": name, **figures, "goal": goal, **machine()}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # its PostgreSQL ends with it
    sys.exit(main(sys.argv[1:]))
