"""An application handed in by the online hall of Bozhou's government, on its own pages, over the API."""

from __future__ import annotations

from uuid import uuid4

from govpost.cases.rules import NOTICE
from govpost.cases.testing import HYGIENE
from govpost.parties.models import Party
from govpost.parties.sealing import opened
from govpost.surfaces.partner_api.tests.test_api import key, post

STREET = "薛阁街道示例路 2 号"


def hand_in(party: Party, *, screen: str) -> str:
    """For this person, collected and brought at the door in the last window offered; the case's number."""
    portal, known = key("bozhou-government", "34.3416"), opened(party)
    place = {"division": "341602", "street": STREET}
    offered = post(f"/services/{HYGIENE}/windows", place, portal).json()["windows"]
    window = next(each for each in reversed(offered) if each["open"])
    answer = post("/cases", {
        "service": HYGIENE, "applicant": {"name": known.name, "id_number": known.id_number, "phone": known.reachable},
        "answers": {"subject": "示例美容店", "premises": "亳州市谯城区示例路 8 号"}, "screen": screen,
        "address": {"name": known.name, "phone": known.reachable, **place}, "paper_way": "door", "result_way": "door",
        "window": {"start": window["start"], "end": window["end"]}, "notice_version": NOTICE.version,
    }, portal, str(uuid4()))  # fmt: skip
    assert answer.status_code == 201, answer.content
    return str(answer.json()["number"])
