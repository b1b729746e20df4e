"""Backups: written under one key, read with two shares, whole or not at all, and back in a new place with every row."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from govpost.ops import roles
from govpost.ops.backup import keys, manifest, receiving, restoring, stream
from govpost.ops.backup.taking import Source, take
from govpost.ops.binaries import NoServer, place_for_data
from govpost.ops.postgres import SUPERUSER, Server
from govpost.ops.template import copy, new_room, wanted_binaries
from govpost.ops.tests.dealing import QUICK, counted, govpost, place_orders

pytestmark = pytest.mark.processes


@pytest.fixture
def room() -> Iterator[Path]:
    room = new_room("govpost-backup-")
    yield room
    shutil.rmtree(place_for_data(room / "restored" / "postgres"), ignore_errors=True)
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture
def home(room: Path) -> Path:
    (room / "home").mkdir()
    copy(wanted_binaries(), room / "home")
    return room / "home"


def _server(home: Path) -> Server:
    server = Server(home, binaries=wanted_binaries(), settings=QUICK)
    server.start()
    return server


def _source(server: Server, *, physical: bool = True) -> Source:
    passwords = server.home / "postgres-passwords.json" if physical else None
    return Source(server.url(SUPERUSER if physical else roles.OWNER), physical=physical, data_keys=[1], passwords=passwords)


# -- the sealed stream ----------------------------------------------------------------


def _sealed(path: Path, plain: bytes, key: bytes = b"k" * 16) -> Path:
    writer = stream.Writer(path, key)
    for start in range(0, len(plain), 70_000):
        writer.write(plain[start : start + 70_000])
    writer.close()
    return path


@pytest.mark.parametrize("size", [0, 1, stream.CHUNK, 3 * stream.CHUNK + 7])
def test_what_was_sealed_opens_with_its_key_alone(tmp_path: Path, size: int) -> None:
    plain = io.BytesIO(bytes(range(256)) * (size // 256 + 1)).read(size)
    path = _sealed(tmp_path / "a.gpb", plain)
    assert stream.reader(path, b"k" * 16).read() == plain
    assert size < 64 or plain[:64] not in path.read_bytes()
    with pytest.raises(stream.Damaged):
        stream.reader(path, b"x" * 16).read()


def test_a_file_that_was_cut_altered_or_renamed_does_not_open(tmp_path: Path) -> None:
    import os

    whole = _sealed(tmp_path / "a.gpb", os.urandom(3 * stream.CHUNK)).read_bytes()
    first = 4 + 4 + int.from_bytes(whole[4:8], "big")
    damaged = {
        "cut behind a chunk": whole[:first], "cut in a chunk": whole[:-5], "one bit": whole[:50] + bytes([whole[50] ^ 1]) + whole[51:],
        "a chunk twice": whole[:first] + whole[4:], "longer": whole + b"\0\0\0\x20" + bytes(32), "no file of ours": b"PK" + whole,
    }  # fmt: skip
    for content in damaged.values():
        (tmp_path / "a.gpb").write_bytes(content)
        with pytest.raises(stream.Damaged):
            stream.reader(tmp_path / "a.gpb", b"k" * 16).read()
    (tmp_path / "b.gpb").write_bytes(whole)
    with pytest.raises(stream.Damaged):
        stream.reader(tmp_path / "b.gpb", b"k" * 16).read()


def test_one_share_opens_nothing_and_two_open_their_own(tmp_path: Path) -> None:
    pub, first, second = keys.make(tmp_path / "keys")
    other = keys.make(tmp_path / "others")
    wrapped = keys.wrap(b"d" * 16, pub)
    assert keys.unwrap(wrapped, [second, first]) == b"d" * 16
    for shares in ([first], [first, first], [first, other[2]], []):
        with pytest.raises(NoServer, match="two shares"):
            keys.unwrap(wrapped, shares)
    assert first.stat().st_mode & 0o077 == 0
    with pytest.raises(NoServer, match="already"):
        keys.make(tmp_path / "keys")


# -- the round trip ---------------------------------------------------------------------


def test_a_backup_of_the_running_server_comes_back_elsewhere_with_every_row_and_every_seal(room: Path, home: Path) -> None:
    server = _server(home)
    try:
        place_orders(server, 4)
        (files,) = govpost(home, "backup", "--new-key", str(room / "keys"))[1:]
        pub, *shares = files["files"]
        status, said = govpost(home, "backup", "--to", str(room / "backups"), "--key", pub)
        assert (status, said["kind"], said["rows"]["delivery_order"]) == (0, "physical", 4)
    finally:
        server.stop(at_once=True)
    shutil.rmtree(home / "postgres")
    new = room / "restored"
    options = ["restore", said["backup"], "--to", str(new), "--key", shares[0], "--key", shares[1]]
    assert "keys of the data" in govpost(home, *options)[1]["error"]
    status, back = govpost(home, *options, GOVPOST_KEYS_FILE=str(home / "keys.json"))
    assert (status, back["wrong"], back["rows"]) == (0, [], said["rows"])
    assert back["sealed_opened"] >= 8
    status, again = govpost(home, *options, GOVPOST_KEYS_FILE=str(home / "keys.json"))
    assert status == 2
    assert "holds a database already" in again["error"]


def test_a_dump_of_another_server_comes_back_and_followers_go_on_where_they_were(room: Path, home: Path) -> None:
    pub, *shares = keys.make(room / "keys")
    server = _server(home)
    try:
        place_orders(server, 3)
        with psycopg.connect(server.url(roles.OWNER)) as connection:
            connection.execute("UPDATE journal_cursor SET xid = 0, seq = 0 WHERE follower = 'settlement'")
        folder, made = take(_source(server, physical=False), room / "backups", key=pub)
        assert made.rows["delivery_order"] == 3
    finally:
        server.stop()
    restoring.into_directory(folder, room / "restored", shares=shares)
    server = _server(room / "restored")
    try:
        assert _unread(server, "settlement") == 6
        assert _unread(server, "quality") == 0
        shutil.copy(home / "keys.json", room / "restored" / "keys.json")
        place_orders(server, 1)
        assert _unread(server, "settlement") == 0
        assert counted(server, "delivery_order") == 4
    finally:
        server.stop()


def _unread(server: Server, follower: str) -> int:
    with psycopg.connect(server.url(roles.OWNER)) as connection:
        row = connection.execute(
            "SELECT count(*) FROM journal_fact f, journal_cursor c WHERE c.follower = %s AND f.kind = 'delivery.order_changed'"
            " AND (f.xid::text::bigint, f.seq) > (c.xid, c.seq)", [follower],
        ).fetchone()  # fmt: skip
    return int(row[0]) if row else -1


def test_a_backup_that_was_touched_is_refused_and_leaves_no_directory(room: Path, home: Path) -> None:
    pub, *shares = keys.make(room / "keys")
    server = _server(home)
    try:
        folder, made = take(_source(server), room / "backups", key=pub)
    finally:
        server.stop()
    base = folder / made.files[0]["name"]
    whole = base.read_bytes()
    base.write_bytes(whole[:-1])
    with pytest.raises(NoServer, match="another size"):
        restoring.into_directory(folder, room / "restored", shares=shares)
    base.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    with pytest.raises(stream.Damaged):
        restoring.into_directory(folder, room / "restored", shares=shares)
    assert not place_for_data(room / "restored" / "postgres").exists()
    (folder / manifest.NAME).write_text(json.dumps({"format": 99}))
    with pytest.raises(NoServer, match="format 99"):
        restoring.into_directory(folder, room / "restored", shares=shares)


def test_the_last_backups_stay_and_a_failed_one_leaves_nothing(room: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pub, *_ = keys.make(room / "keys")
    (room / "backups" / "govpost-notes-logical").mkdir(parents=True)
    server = _server(home)
    try:
        made = [take(_source(server, physical=False), room / "backups", key=pub)[0]]
        made[0] = made[0].rename(made[0].with_name("govpost-20200101T000000Z-logical"))
        made.append(take(_source(server, physical=False), room / "backups", key=pub, keep=1)[0])
        with monkeypatch.context() as broken:
            broken.setattr(manifest.Manifest, "write", _die)
            with pytest.raises(KeyboardInterrupt):
                take(_source(server, physical=False), room / "backups", key=pub)
    finally:
        server.stop()
    assert sorted(each.name for each in (room / "backups").iterdir()) == sorted([made[1].name, "govpost-notes-logical"])


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def test_with_the_receiver_nothing_that_was_acknowledged_is_lost_and_until_stops_earlier(room: Path, home: Path) -> None:
    pub, *shares = keys.make(room / "keys")
    server = _server(home)
    receiver = receiving.command(server.url(SUPERUSER), room / "wal")
    try:
        with server.connect() as connection:
            connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{receiving.NAME}'")
            connection.execute("SELECT pg_reload_conf()")
        receiving.wait_until_synchronous(server.url(SUPERUSER))
        folder, _ = take(_source(server), room / "backups", key=pub)
        with psycopg.connect(server.url(roles.OWNER), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept SELECT generate_series(1, 500)")
            moment = connection.execute("SELECT clock_timestamp()").fetchone()
            connection.execute("INSERT INTO kept SELECT generate_series(1, 500)")
        server.stop(at_once=True)
    finally:
        receiving.stop(receiver)
        server.stop(at_once=True)
    shutil.rmtree(server.data)
    assert moment
    for until, rows in ((None, 1000), (moment[0], 500)):
        shutil.rmtree(place_for_data(room / "restored" / "postgres"), ignore_errors=True)
        shutil.rmtree(room / "restored", ignore_errors=True)
        restoring.into_directory(folder, room / "restored", shares=shares, wal=room / "wal", until=until)
        back = _server(room / "restored")
        assert counted(back, "kept") == rows
        back.stop()


def test_a_dump_goes_into_an_empty_database_of_another_server_and_into_no_other(room: Path, home: Path) -> None:
    pub, *shares = keys.make(room / "keys")
    server = _server(home)
    try:
        place_orders(server, 2)
        folder, made = take(_source(server, physical=False), room / "backups", key=pub)
        with pytest.raises(NoServer, match="holds tables already"):
            restoring.into_database(folder, server.url(roles.OWNER), shares=shares)
        with server.connect() as connection:
            connection.execute(f"CREATE DATABASE elsewhere OWNER {roles.OWNER} TEMPLATE template0")
        with server.connect("elsewhere") as connection:
            for extension in roles.EXTENSIONS:
                connection.execute(f"CREATE EXTENSION {extension}")
        back = restoring.into_database(folder, server.url(roles.OWNER, "elsewhere"), shares=shares)
        assert back.rows == made.rows
        with psycopg.connect(server.url(roles.APPLICATION, "elsewhere")) as connection:
            assert connection.execute("SELECT count(*) FROM delivery_order").fetchone() == (2,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM journal_fact")
    finally:
        server.stop()
