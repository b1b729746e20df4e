"""What must be done before the processes of a demo or an installation start: translations, static files, tables, grants."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

from govpost.ops import saying

REPOSITORY = Path(__file__).resolve().parents[2]
_DECISIVE = ("**/migrations/*.py", "**/*.sql", "**/locale/*/LC_MESSAGES/*.po", "**/static/**/*", "config/settings.py", "ops/roles.py")


def digest() -> str:
    """Of everything `prepare` reads; equal means that there is nothing to do."""
    seen = hashlib.sha256(sys.version.encode())
    for pattern in _DECISIVE:
        for path in sorted((REPOSITORY / "govpost").glob(pattern)):
            if path.is_file():
                entry = path.stat()
                seen.update(f"{path} {entry.st_size} {entry.st_mtime_ns}".encode())
    seen.update((REPOSITORY / "requirements.txt").read_bytes())
    return seen.hexdigest()


def prepare() -> None:
    """In this order; running it again changes nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govpost.config.settings")
    translations()
    static_files()
    from govpost.ops.migrate import migrate

    migrate(verbosity=0)


def translations() -> None:
    """Before Django translates its first sentence. An installation that may not write brings its .mo files along."""
    from govpost.surfaces.shared.catalogues import compile_all

    try:
        compile_all()
    except PermissionError as error:
        print(f"Translations could not be compiled: {error}", file=sys.stderr)


def static_files() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)


def for_web() -> None:
    """What `govpost serve` cannot do without, where `govpost migrate` ran on another machine."""
    from django.conf import settings

    translations()
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        static_files()


def main() -> int:
    """A step of the demo's start: its last words are shown to whoever started it."""
    try:
        prepare()
    except Exception as problem:
        failure = saying.explain(problem)
        if failure is None:
            raise
        return saying.say(failure, as_json=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
