"""The test of the tests: each planted fault is a patch on a copy of the sources, and the test named beside it must fail there.

Nothing of this is in the shipped code: no switch, no failpoint. The same tests pass on an unpatched copy first.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.faults.faults import FAULTS, Fault
from tests.faults.ground import ROOT, Copy, Outcome, with_fault

COPIES = 2
_caught: set[str] = set()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_still_fits_the_code(fault: Fault) -> None:
    text = (ROOT / fault.file).read_text(encoding="utf-8")
    assert with_fault(text, fault) != text
    assert (ROOT / fault.caught_by.partition("::")[0]).is_file()


def test_faults_have_names_of_their_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """Every wanted fault's outcome, two at a time, each in a copy of its own; first all their tests on a sound copy."""
    chosen = {item.callspec.params["fault"].name for item in request.session.items if item.name.startswith("test_the_fault_is_caught[")}  # type: ignore[attr-defined]
    wanted = [fault for fault in FAULTS if fault.name in chosen]
    home: Path = tmp_path_factory.mktemp("faults")
    copies: SimpleQueue[Copy] = SimpleQueue()
    first = Copy(home / "copy-0", home / "shelf-0")
    sound = first.run(*dict.fromkeys(fault.caught_by for fault in wanted))
    assert sound.sound, f"the tests do not pass on the unpatched copy\n{sound.output[-6000:]}"
    copies.put(first)
    for number in range(1, COPIES):
        copies.put(Copy(home / f"copy-{number}", home / f"shelf-{number}"))

    def plant(fault: Fault) -> Outcome:
        copy = copies.get()
        try:
            with copy.planted(fault):
                return copy.run(fault.caught_by, own_shelf=fault.rebuilds)
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(COPIES) as pool:
        yield {fault.name: pool.submit(plant, fault) for fault in wanted}


@pytest.mark.processes
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_is_caught(fault: Fault, outcomes: dict[str, Future[Outcome]]) -> None:
    outcome = outcomes[fault.name].result()
    assert outcome.shows(fault), f"{fault.name} attacks: {fault.attacks}\n{fault.caught_by} did not fail\n{outcome.output[-4000:]}"
    _caught.add(fault.name)


@pytest.mark.processes
def test_every_planted_fault_is_caught(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> None:
    ran = [item for item in request.session.items if item.name.startswith("test_the_fault_is_caught[")]
    with capsys.disabled():
        print(f"\nplanted faults: {len(_caught)} of {len(ran)} caught")
    assert len(_caught) == len(ran)
