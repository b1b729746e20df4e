"""`python3 run.py bench [P1 P2 P3]`: one line of JSON per bar, with the machine and the load beside it."""

from __future__ import annotations

import json
import sys

from benchmarks import p1_intake, p2_scans, p3_tracking
from benchmarks.ground import ground, machine

BARS = {"P1": p1_intake, "P2": p2_scans, "P3": p3_tracking}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name.upper() not in BARS]
    if unknown:
        print(f"There is no bar {', '.join(unknown)}; there are {', '.join(BARS)}.", file=sys.stderr)
        return 2
    wanted = [name.upper() for name in names] or list(BARS)
    with ground() as place:
        for name, bar in BARS.items():
            if name in wanted or (name == "P2" and "P3" in wanted):  # P3 reads what P2 wrote
                figures = {key: round(value, 3) for key, value in bar.run(place).items()}
                print(json.dumps({"bar": bar.NAME, **figures, "goal": bar.GOAL, **machine()}, ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
