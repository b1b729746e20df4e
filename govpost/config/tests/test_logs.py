"""Logs and tracebacks keep no personal data, however deep it lies and whichever way it comes."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings

from govpost.common.scrubbing import scrub, scrubbed
from govpost.config.logs import logging_config

PERSONAL = ("341602199001011234", "13812341234", "0537-1234567", "010-62345678", "林小明")
REFUSED = "duplicate key\nDETAIL:  Key (name, phone)=(林小明, 13812341234) already exists."


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the handlers of an installation write, as JSON."""
    out = io.StringIO()
    configuration = logging_config(json_lines=True, level="INFO")
    configuration["handlers"]["out"]["stream"] = out
    logging.config.dictConfig(configuration)
    yield out
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.parametrize(
    ("line", "kept_out"),
    [
        ("sign-in of 341602199001011234 failed", "341602199001011234"),
        ("phone 13812341234 unreachable", "13812341234"),
        ("phone +8613812341234 unreachable", "13812341234"),
        ("phone 138 1234 1234 unreachable", "1234 1234"),
        ("called 0537-1234567 and 01062345678", "1234567"),
        ("called 0537-1234567 and 01062345678", "62345678"),
        ("called (0755)26543210", "26543210"),
        ("Key exists.\nDETAIL:  Key (name)=(林小明) already exists.", "林小明"),
        ("Key exists.\nDETAIL:  Key (note)=(first line\n\n林小明) already exists.\nHINT:  Look.", "林小明"),
        ('bad row\nCONTEXT:  COPY delivery_scan, line 3: "林小明"', "林小明"),
        ("syntax error\nLINE 1: INSERT INTO x VALUES ('林小明')\n        ^", "林小明"),
        ('invalid input syntax for type integer: "林小明"', "林小明"),
    ],
)
def test_what_has_a_shape_is_taken_out(line: str, kept_out: str) -> None:
    assert kept_out in line
    assert kept_out not in scrub(line)


@pytest.mark.parametrize(
    "line",
    [
        "order GP261123-7K3M9QXA waybill 1100012345678 EA123456789CN item 000295001000",
        "0193b5f2-0537-7123-8abc-0123456789ab took 0.0123456789 s at 2026-11-28T03:45:54.762641Z",
        "Key exists.\nHINT:  Try another.",
    ],
)
def test_numbers_of_mail_cases_and_rows_stay(line: str) -> None:
    assert scrub(line) == line


def test_what_lies_deep_is_taken_out_and_plain_values_stay() -> None:
    deep = {"rows": [{"tried": ("13812341234", {"again": "0537-1234567"})}], "number": 13812341234, "count": 3, "ok": True, "none": None}
    found = scrubbed(deep)
    assert not any(number in json.dumps(found) for number in PERSONAL)
    assert (found["count"], found["ok"], found["none"]) == (3, True, None)
    assert "13812341234" not in scrubbed(b"phone 13812341234")
    assert "13812341234" not in scrubbed(ValueError("phone 13812341234"))


def _say_all() -> None:
    log = structlog.get_logger("house")
    log.warning("event 13812341234", rows=[{"x": "0537-1234567"}], error=ValueError("341602199001011234"))
    logging.getLogger("library").warning("%s of %s", "13812341234", {"deep": "0537-1234567"})
    for say in (log.exception, logging.getLogger("library").exception):
        try:
            raise ValueError(REFUSED)
        except ValueError:
            say("failed")


def test_every_way_into_the_log_is_scrubbed(lines: io.StringIO) -> None:
    _say_all()
    said = lines.getvalue()
    records: list[dict[str, Any]] = [json.loads(line) for line in said.splitlines()]
    assert [record["event"][:6] for record in records] == ["event ", "(numbe", "failed", "failed"]
    assert "Traceback" in records[2]["exception"]
    assert [number for number in PERSONAL if number in said] == []


def test_a_traceback_of_a_command_or_a_thread_is_scrubbed() -> None:
    code = (
        "import threading\nfrom govpost.common.scrubbing import scrub_tracebacks\nscrub_tracebacks()\n"
        "def fail(): raise ValueError('x\\nDETAIL:  Key (name)=(林小明)')\n"
        "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()\n"
        "raise ValueError('phone 13812341234')"
    )
    answer = subprocess.run([sys.executable, "-c", code], cwd=settings.REPOSITORY, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert answer.stderr.count("Traceback") == 2
    # The source line is quoted, what was said is not.
    assert "ValueError: phone (number kept out of the log)" in answer.stderr
    assert "ValueError: x\nDETAIL: (kept out of the log)" in answer.stderr
