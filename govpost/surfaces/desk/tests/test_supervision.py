"""The supervision window: the whole jurisdiction, lights that open what they count, and not one thing that can be changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode

from govpost.cases import actions as cases
from govpost.cases.models import Case
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import Cast, make_case, receive
from govpost.common.clock import now
from govpost.journal.testing import drain
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE
from govpost.surfaces.desk.testing import as_actor, as_new, found

HOUR = timedelta(hours=1)


@pytest.fixture
def wu(cast: Cast) -> Client:
    """Wu 吴, supervisor of Bozhou."""
    return as_actor(cast.supervisor)


def listed(client: Client, **asked: str) -> list[str | None]:
    words = asked.pop("q", "")
    address = found(client, "supervision", words) if words else reverse("desk:supervision") + "?"
    response = client.get(f"{address}&{urlencode(asked)}")
    assert response.status_code == 200
    return [row[0].number for row in response.context["rows"]]


def test_lights_count_what_they_open(cast: Cast, wu: Client) -> None:
    green = make_case(cast, State.ACCEPTED, at=now() - timedelta(hours=12))
    red = receive(cast, make_case(cast, at=now() - timedelta(days=30)), now() - timedelta(days=29))
    resting = make_case(cast, State.WITHDRAWN, at=now() - timedelta(days=3))
    response = wu.get("/desk/supervision")
    assert (response.context["lights"], response.context["under_way"]) == ({"green": 1, "amber": 0, "red": 1}, 2)
    assert listed(wu, light="red") == [red.number]
    assert listed(wu, light="green") == [green.number]
    assert set(listed(wu)) == {green.number, red.number, resting.number}
    assert listed(wu)[0] == red.number, "earliest due first"
    assert listed(wu, state="under_way") == [red.number, green.number], "the figure opens what it counts"
    assert listed(wu, state="withdrawn") == [resting.number]
    assert listed(wu, flagged="on") == []


def test_places_and_exact_numbers_narrow_the_list(cast: Cast, wu: Client, began: datetime) -> None:
    case = make_case(cast, at=began, paper_way="door")
    here, elsewhere = str(case.region), "34.3416.341621"
    assert listed(wu, place=here) == [case.number]
    assert listed(wu, place=elsewhere) == []
    assert listed(wu, place="37.3708") == [case.number], "a place that is not in the list is an error, not a door"
    for words in (case.number or "", case.orders.get().number, LIN_PHONE, LIN_NUMBER):
        assert listed(wu, q=words) == [case.number], words
    assert listed(wu, q=case.orders.get().number, state="closed") == []
    assert listed(wu, q=LIN_PHONE[:8]) == []


def test_the_province_sees_its_cities_and_a_county_only_itself(cast: Cast, began: datetime) -> None:
    case = make_case(cast, at=began)
    province = as_new(Role.SUPERVISOR, organisation="bozhou-government", region="34.3416")
    assert [row.region for row in province.get("/desk/supervision").context["below"]] == [str(case.region)]
    county = as_new(Role.SUPERVISOR, organisation="bozhou-government", region=str(case.region))
    assert listed(county) == [case.number]
    assert county.get("/desk/supervision").context["below"] == []
    neighbour = as_new(Role.SUPERVISOR, organisation="bozhou-government", region="34.3416.341621")
    assert listed(neighbour) == []
    assert neighbour.get(reverse("desk:supervised_case", args=[case.number])).status_code == 404


def test_the_list_is_a_file_too_with_masked_applicants(cast: Cast, wu: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    _head, line = b"".join(wu.get("/desk/supervision?format=csv")).decode().splitlines()
    assert str(case.number) in line
    assert "林**" in line
    assert "林示例" not in line
    assert len(b"".join(wu.get("/desk/supervision?state=closed&format=csv")).splitlines()) == 1


def test_another_province_finds_nothing(cast: Cast, began: datetime) -> None:
    case = make_case(cast, at=began)
    jining = as_new(Role.SUPERVISOR, organisation="jining-government", region="37.3708")
    assert listed(jining) == []
    for words in (case.number or "", LIN_PHONE, LIN_NUMBER):
        assert listed(jining, q=words) == []
    assert jining.get(reverse("desk:supervised_case", args=[case.number])).status_code == 404


def test_the_applicant_stays_masked_and_the_answers_closed(cast: Cast, wu: Client, began: datetime) -> None:
    case = make_case(cast, at=began)
    text = wu.get(reverse("desk:supervised_case", args=[case.number])).content.decode()
    assert "林**" in text
    for secret in ("林示例", LIN_PHONE, LIN_NUMBER, "示例美容店"):
        assert secret not in text
    assert reverse("desk:reveal", args=[case.number]) not in text


def test_a_supervisor_changes_nothing(cast: Cast, wu: Client, began: datetime) -> None:
    case = receive(cast, make_case(cast, at=began), began + HOUR)
    approved = make_case(cast, State.APPROVED, at=began)
    made = cases.give_list(case_ids=[approved.id], desk=Desk.STATION, at=began + 6 * HOUR, by=cast.officer)
    parcel = approved.parcels.get(left_at=None).parcel
    before = list(Case.objects.order_by("id").values())
    assert "<form" not in _content(wu, case).partition("<main")[2]
    tries = [reverse("desk:supervision"), reverse("desk:supervised_case", args=[case.number])]
    for address in tries:
        assert wu.post(address, {"state": "closed"}).status_code == 405
    names = ("reveal", "accept", "correct", "not_accept", "approve", "refuse", "receive_papers", "hand_out", "give_back")
    closed = [reverse(f"desk:{name}", args=[case.number]) for name in names]
    closed += [reverse("desk:give_list"), reverse("desk:wish", args=[case.number, "withdraw"])]
    closed += [reverse("desk:station_list", args=[made.id]), reverse("desk:window_list", args=[made.id])]
    closed += [reverse("desk:close_parcel", args=[parcel.id])]
    data = {"cause": "看看", "items": "x", "days": "5", "reason": "x", "remedy": "x", "case": case.number, "desk": "station", "sure": "yes"}
    for address in closed:
        assert wu.post(address, data).status_code == 403, address
    assert list(Case.objects.order_by("id").values()) == before
    made.refresh_from_db()
    assert made.taken_at is None


def _content(client: Client, case: Case) -> str:
    return client.get(reverse("desk:supervised_case", args=[case.number])).content.decode()


def test_the_list_costs_the_same_for_more_cases(cast: Cast, wu: Client, began: datetime, django_assert_max_num_queries: Any) -> None:
    make_case(cast, at=began)
    with django_assert_max_num_queries(22):
        wu.get("/desk/supervision")
    for n in range(5):
        make_case(cast, at=began + n * HOUR, paper_way="door")
    with django_assert_max_num_queries(22):
        wu.get("/desk/supervision")


def test_the_same_story_stands_there_with_its_mail(journey: str) -> None:
    from govpost.cases.testing import make_cast

    cast = make_cast()
    case = make_case(cast, at=now() - timedelta(days=1), paper_way="door")
    drain()
    wu, zhou, order = as_actor(cast.supervisor), as_actor(cast.officer), case.orders.get()
    mine = wu.get(reverse("desk:supervised_case", args=[case.number])).context["lines"]
    theirs = zhou.get(reverse("desk:case", args=[case.number])).context["lines"]
    assert mine == theirs != []
    assert reverse("desk:order", args=[order.number]) in _content(wu, case)
    assert wu.get(reverse("desk:order", args=[order.number])).status_code == 200


def test_places_stand_under_the_name_of_their_city(cast: Cast, wu: Client, began: datetime) -> None:
    page = wu.get("/desk/supervision").content.decode()
    assert '<optgroup label="亳州市">' in page
    county = as_new(Role.SUPERVISOR, organisation="bozhou-government", region="34.3416.341621")
    assert '<optgroup label="亳州市">' in county.get("/desk/supervision").content.decode()


def test_a_rate_of_a_city_names_the_city(wu: Client) -> None:
    assert " · 亳州市" in wu.get("/desk/rates?within=34.3416").content.decode()
