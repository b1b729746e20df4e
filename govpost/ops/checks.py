"""`run.py test`, `check` and `bench`: each step one line with its seconds, at the end one line for all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
GUARDS, STORM, FAULTS = "tests/guards", "tests/storm", "tests/faults"
LONG = (STORM, FAULTS)  # their own steps of `check`: they kill, patch and start programs for minutes
_STEP_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a check; `needs` is the path without which the step has nothing to do."""

    name: str
    command: tuple[str, ...]
    needs: str = "."
    streams: bool = False

    @property
    def applies(self) -> bool:
        return (REPOSITORY / self.needs).exists()


def tool(name: str, *arguments: str) -> tuple[str, ...]:
    return (str(BIN / name), *arguments)


def pytest(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "pytest", "-q", *arguments)


def main(words: list[str]) -> int:
    word, *rest = words
    if word == "bench":
        return _bench(rest)
    if word == "test":
        return _run_all("test", [_test(rest)])
    unknown = set(rest) - {"--quick", "--without-test"}
    if unknown:
        print(f"check knows --quick and --without-test, not {' '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    return _run_all("check --quick" if "--quick" in rest else "check", _steps(rest))


def _steps(options: list[str]) -> list[Step]:
    steps = _static()
    if "--quick" in options:
        pure = pytest("-m", "not db and not browser and not processes", *_ignoring(*LONG, GUARDS))
        return [*steps, Step("pure tests", pure, streams=True)]
    if "--without-test" not in options:
        steps.append(_test([]))
    return [
        *steps,
        Step("crash storm", pytest(STORM), needs=STORM, streams=True),
        Step("planted faults", pytest(FAULTS), needs=FAULTS, streams=True),
        Step("restore drill", (sys.executable, "-m", "govpost.ops.command", "drill", "--size", "60", "--seconds", "2"), streams=True),
    ]


def _static() -> list[Step]:
    return [
        Step("lint", tool("ruff", "check", "--quiet", ".")),
        Step("format", tool("ruff", "format", "--check", "--quiet", ".")),
        Step("types", tool("mypy", "--no-error-summary")),
        Step("contracts", tool("lint-imports", "--no-cache")),
        Step("guards", pytest(GUARDS), needs=GUARDS),
    ]


# Half of the tests in a row on each core, and whoever is done first takes over from the end of the other's, so that nobody waits
# for the other's long ones; whoever gives options of their own (-k, -x, --pdb) gets one process.
_SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")


def _test(options: list[str]) -> Step:
    return Step("tests", pytest(*_ignoring(*LONG, GUARDS), *(options or _SIDE_BY_SIDE)), streams=True)


def _ignoring(*paths: str) -> list[str]:
    return [f"--ignore={path}" for path in paths]


def _run_all(title: str, steps: list[Step]) -> int:
    started = time.monotonic()
    applying = [step for step in steps if step.applies]
    failed = [step.name for step in applying if not _run(step)]
    for step in steps:
        if not step.applies:
            print(f"--    {step.name}: there is no {step.needs}")
    verdict = f"failed: {', '.join(failed)}" if failed else "all passed"
    print(f"{title}: {len(applying)} steps, {verdict}, {time.monotonic() - started:.0f} s", flush=True)
    return 1 if failed else 0


def _run(step: Step) -> bool:
    started = time.monotonic()
    if step.streams:
        print(f"…     {step.name}", flush=True)
    stream = None if step.streams else subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    try:
        done = subprocess.run(
            step.command, cwd=REPOSITORY, env=environment, check=False, text=True,
            stdout=stream, stderr=subprocess.STDOUT if stream else None, timeout=_STEP_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print(f"FAIL  {step.name}: not done within {_STEP_SECONDS} s", flush=True)
        return False
    passed = done.returncode == 0
    if not passed and done.stdout:
        print(done.stdout)
    print(f"{'ok' if passed else 'FAIL':<5} {step.name} {time.monotonic() - started:.1f} s", flush=True)
    return passed


def _bench(names: list[str]) -> int:
    if not (REPOSITORY / "benchmarks" / "__main__.py").exists():
        print("There is no benchmark in this checkout.", file=sys.stderr)
        return 2
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run([sys.executable, "-P", "-m", "benchmarks", *names], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
