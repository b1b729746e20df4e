"""Signing in at the province and coming back, and every way in which nobody gets in."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from govpost.gateways.identity.people import LIN, QIAN, RESTAURANT
from govpost.gateways.identity.sandbox_signing import Fault
from govpost.gateways.identity.testing import Province, choose
from govpost.parties.models import Party
from govpost.surfaces.shared.access import PARTY_KEY

pytestmark = pytest.mark.django_db


def go_there(client: Client, next_: str = "/track") -> str:
    """Press the button; the address at the province."""
    answer = client.post("/sign-in", {"next": next_})
    assert answer.status_code == 302
    return str(answer.headers["location"])


def come_back(client: Client, authorize_url: str, subject: str) -> HttpResponse:
    return client.get("/sign-in/return?" + urlencode(choose(authorize_url, subject)))  # type: ignore[return-value]


def test_lin_signs_in_and_goes_on_where_she_was(client: Client, anhui: Province) -> None:
    before = client.session.session_key
    answer = come_back(client, go_there(client, "/track?number=1"), LIN.subject)
    assert (answer.status_code, answer.headers["location"]) == (302, "/track?number=1")
    party = Party.objects.get()
    assert client.session[PARTY_KEY] == str(party.id)
    assert client.session.session_key != before
    assert "林" in client.get("/track").content.decode()


def test_an_enterprise_signs_in_by_the_person_who_acts_for_it(client: Client, anhui: Province) -> None:
    come_back(client, go_there(client), RESTAURANT.subject)
    assert Party.objects.get().kind == "legal"


def test_two_tabs_can_be_on_their_way_at_once(client: Client, anhui: Province) -> None:
    first, second = go_there(client, "/track?number=1"), go_there(client, "/track?number=2")
    assert come_back(client, first, LIN.subject).headers["location"] == "/track?number=1"
    assert come_back(client, second, LIN.subject).headers["location"] == "/track?number=2"


def test_a_return_counts_once(client: Client, anhui: Province) -> None:
    answer = choose(go_there(client), LIN.subject)
    client.get("/sign-in/return?" + urlencode(answer))
    client.post("/my/sign-out")
    again = client.get("/sign-in/return?" + urlencode(answer))
    assert again.status_code == 400
    assert PARTY_KEY not in client.session


def test_the_return_of_another_browser_is_not_taken(anhui: Province) -> None:
    theirs, mine = Client(), Client()
    answer = choose(go_there(theirs), QIAN.subject)
    go_there(mine)
    assert mine.get("/sign-in/return?" + urlencode(answer)).status_code == 400
    assert not Party.objects.exists()


def test_who_declines_is_told_what_else_can_be_done(client: Client, anhui: Province) -> None:
    answer = come_back(client, go_there(client), "")
    assert answer.status_code == 403
    assert "窗口" in answer.content.decode()
    assert PARTY_KEY not in client.session


@pytest.mark.parametrize("fault", [Fault.BAD_SIGNATURE, Fault.UNSIGNED])
def test_a_forged_answer_lets_nobody_in(client: Client, anhui: Province, fault: Fault) -> None:
    there = go_there(client)
    anhui.misbehave(fault)
    assert come_back(client, there, LIN.subject).status_code == 403
    assert not Party.objects.exists()


def test_a_silent_province_is_a_page_that_says_so(client: Client, anhui: Province) -> None:
    anhui.misbehave(Fault.SERVER_ERROR, times=9, where="discovery")
    answer = client.post("/sign-in", {"next": "/track"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "不是您的问题" in answer.content.decode()


def test_the_way_on_never_leaves_this_site(client: Client, anhui: Province) -> None:
    answer = come_back(client, go_there(client, "https://evil.example/"), LIN.subject)
    assert answer.headers["location"] == "/"


def test_who_is_signed_in_needs_no_second_sign_in(client: Client, anhui: Province) -> None:
    come_back(client, go_there(client), LIN.subject)
    assert client.get("/sign-in?next=/track").headers["location"] == "/track"


def test_another_person_at_the_same_computer_inherits_nothing(client: Client, anhui: Province) -> None:
    come_back(client, go_there(client), LIN.subject)
    session = client.session
    session["left over"] = "Lin's"
    session.save()
    qian = choose(go_there_signed_in(client), QIAN.subject)
    client.get("/sign-in/return?" + urlencode(qian))
    assert "left over" not in client.session
    assert client.session[PARTY_KEY] == str(Party.objects.latest("first_seen_at").id)


def go_there_signed_in(client: Client) -> str:
    """A tab that was opened before the sign-in of the other tab."""
    session = client.session
    held = session.pop(PARTY_KEY)
    session.save()
    there = go_there(client)
    session = client.session
    session[PARTY_KEY] = held
    session.save()
    return there


def test_signing_out_ends_the_session_here_and_there(client: Client, anhui: Province) -> None:
    come_back(client, go_there(client), LIN.subject)
    answer = client.post("/my/sign-out")
    assert PARTY_KEY not in client.session
    assert answer.headers["location"].startswith(f"{anhui.url}/logout?")


def test_personal_pages_send_strangers_to_sign_in(client: Client) -> None:
    answer = client.get("/my/readings")
    assert answer.headers["location"] == "/sign-in?next=%2Fmy%2Freadings"
