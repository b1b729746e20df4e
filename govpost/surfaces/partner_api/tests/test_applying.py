"""Another platform applies for its people: what it must know before, the application once, its further steps, and whose it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from govpost.cases import actions as cases
from govpost.cases import queries
from govpost.cases.models import Case
from govpost.cases.rules import NOTICE
from govpost.cases.testing import HYGIENE, Cast, make_cast, receive
from govpost.common.clock import now
from govpost.journal.models import Fact
from govpost.parties.models import Party
from govpost.parties.sealing import opened
from govpost.parties.testing import make_lin, person
from govpost.surfaces.partner_api.tests.test_api import get, key, post

pytestmark = pytest.mark.django_db
HOME = {"name": "林示例", "phone": "15400000001", "division": "341602", "street": "薛阁街道示例路 2 号"}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def hall(cast: Cast) -> str:
    return key("bozhou-government", "34.3416")


def body(cast: Cast, **over: Any) -> dict[str, Any]:
    known = opened(cast.lin_party)
    applicant = {"name": known.name, "id_number": known.id_number, "phone": known.reachable}
    values = {
        "service": HYGIENE, "applicant": applicant, "answers": {"subject": "示例美容店", "premises": "亳州市谯城区示例路 8 号"},
        "address": HOME, "paper_way": "bring", "result_way": "door", "notice_version": NOTICE.version, "screen": "mobile",
    }  # fmt: skip
    return values | over


def applied(cast: Cast, token: str, **over: Any) -> dict[str, Any]:
    answer = post("/cases", body(cast, **over), token, str(uuid4()))
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_platform_reads_what_its_applicant_must_know_before_choosing(cast: Cast, hall: str) -> None:
    listed = get("/services", hall).json()["items"]
    assert HYGIENE in {each["code"] for each in listed}
    found = get(f"/services/{HYGIENE}", hall).json()
    assert found["payers"]["result"]["payer"] == "government"
    assert "申请人和收件人无需付费" in found["payers"]["result"]["reason"]
    assert (found["paper_ways"], found["result_ways"]) == (["door", "bring"], ["door", "window"])
    assert found["notice"]["version"] == NOTICE.version
    assert any(paper["required"] and paper["on_paper"] for paper in found["papers"])
    assert [each["division"] for each in found["halls"]] == ["341602", "341621", "341622", "341623"]
    zhaoqing = key("zhaoqing-government", "44.4412")
    assert get("/services/000192001000", zhaoqing).status_code == 404, "road freight is decided inside in the other two"
    assert get(f"/services/{HYGIENE}", zhaoqing).json()["hall"] != found["hall"]


def test_where_a_courier_comes_is_asked_in_a_body_and_answered_with_windows_or_a_reason(cast: Cast, hall: str) -> None:
    place = {"division": "341602", "street": HOME["street"]}
    found = post(f"/services/{HYGIENE}/windows", place, hall).json()
    assert found["offered"]
    assert any(window["open"] for window in found["windows"])
    far = post(f"/services/{HYGIENE}/windows", {"division": "370811", "street": "示例路 1 号"}, hall).json()
    assert (far["offered"], bool(far["reason"])) == (False, True)
    wrong = post(f"/services/{HYGIENE}/windows", {"division": "999999", "street": "示例路 1 号"}, hall)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "division")


def test_an_application_is_taken_in_once_and_is_the_citizens(cast: Cast, hall: str) -> None:
    idempotency = str(uuid4())
    first, again = (post("/cases", body(cast), hall, idempotency) for _ in range(2))
    assert (first.status_code, first.content) == (201, again.content)
    case = Case.objects.get()
    assert (case.party_id, case.channel, first.json()["payers"]["result"]["payer"]) == (cast.lin_party.id, "partner", "government")
    assert Fact.objects.get(kind="cases.submitted").payload["screen"] == "mobile"
    number = first.json()["number"]
    assert queries.case(person(make_lin()), number).id == case.id, "signed in by the same number, Lin finds it"
    assert number in str(get("/cases", hall).json())
    for other in (key("jining-government", "37.3708"), key("bozhou-market", "34.3416")):
        assert get(f"/cases/{number}", other).status_code == 404
        assert post(f"/cases/{number}/withdrawal", b"", other, str(uuid4())).status_code == 404


def test_whom_nobody_knew_yet_becomes_a_party_by_the_platforms_word(cast: Cast, hall: str) -> None:
    before = Party.objects.count()
    stranger = {"name": "周示例", "id_number": "110101199003070134", "phone": "15400000077"}
    applied(cast, hall, applicant=stranger)
    assert Party.objects.count() == before + 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"applicant": {"name": "林示例", "id_number": "341602199001010000", "phone": "15400000001"}}, "applicant.id_number"),
        ({"answers": {"subject": "", "premises": "亳州市"}}, "answers.subject"),
        ({"address": HOME | {"division": "999999"}}, "address.division"),
        ({"address": None}, "address.street"),
        ({"result_way": "pigeon"}, "result_way"),
        ({"paper_way": "door"}, "window"),
        ({"screen": "television"}, "screen"),
        ({"placed_at": "2020-01-01"}, "placed_at"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_of_the_body(cast: Cast, hall: str, change: dict[str, Any], field: str) -> None:
    answer = post("/cases", body(cast, **change), hall, str(uuid4()))
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Case.objects.exists()


def test_without_the_notice_nothing_is_taken_in(cast: Cast, hall: str) -> None:
    answer = post("/cases", body(cast, notice_version="2020-0"), hall, str(uuid4()))
    assert (answer.status_code, answer.json()["code"]) == (409, "notice_not_read")
    assert not Case.objects.exists()


def test_the_further_steps_are_the_applicants_own(cast: Cast, hall: str) -> None:
    number = applied(cast, hall)["number"]
    fetched = post(f"/cases/{number}/result-fetching", b"", hall, str(uuid4()))
    assert (fetched.status_code, fetched.json()["result_way"]) == (200, "window")
    story = get(f"/cases/{number}/timeline", hall).json()
    assert (story["turn"]["who"], bool(story["turn"]["sentence"])) == ("applicant", True)
    gone = post(f"/cases/{number}/withdrawal", b"", hall, str(uuid4()))
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    late = post(f"/cases/{number}/withdrawal", b"", hall, str(uuid4()))
    assert (late.status_code, late.json()["code"]) == (409, "wrong_state")


def test_a_courier_is_ordered_in_an_offered_window_and_cancelled(cast: Cast, hall: str) -> None:
    windows = post(f"/services/{HYGIENE}/windows", {"division": "341602", "street": HOME["street"]}, hall).json()["windows"]
    chosen = next(window for window in reversed(windows) if window["open"])
    made = applied(cast, hall, paper_way="door", window={"start": chosen["start"], "end": chosen["end"]})
    assert get(f"/cases/{made['number']}/timeline", hall).json()["mail"][0]["leg"] == "papers"
    cancelled = post(f"/cases/{made['number']}/collection-cancellation", b"", hall, str(uuid4()))
    assert (cancelled.status_code, cancelled.json()["paper_way"]) == (200, "bring")
    naive = body(cast, paper_way="door", window={"start": "2026-11-30T09:00:00", "end": "2026-11-30T12:00:00"})
    assert post("/cases", naive, hall, str(uuid4())).json()["errors"][0]["field"] == "window.start"


def test_a_correction_is_answered_through_the_platform(cast: Cast, hall: str) -> None:
    number = applied(cast, hall)["number"]
    case = receive(cast, Case.objects.get(), now())
    cases.request_correction(case_id=case.id, items=["平面图未标注面积"], at=now() + timedelta(minutes=1), by=cast.officer)
    answer = post(f"/cases/{number}/correction", {"answers": {"details": "面积已标注"}, "paper_way": "bring"}, hall, str(uuid4()))
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "submitted"
