"""The second factor: set up with a phone, asked for after the password, replaced by recovery codes, needed by some roles."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from govpost.common.clock import now
from govpost.journal.models import Fact
from govpost.parties import actions, queries, totp
from govpost.parties.models import SecondFactor, SignIn, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, load_organisations, make_staff
from govpost.places.testing import LOADER

pytestmark = [pytest.mark.django_db, pytest.mark.urls("govpost.surfaces.shared.tests.routes")]


@pytest.fixture
def wang(db: None) -> Staff:
    load_organisations()
    staff = make_staff(Role.CLERK, login="wang")
    staff.set_password(PASSWORD)
    staff.save()
    return staff


def _sign_in(client: Client, password: str = PASSWORD) -> Any:
    return client.post("/desk/sign-in", {"username": "wang", "password": password, "next": "/desk/any"})


def _code(secret: str, ahead: int = 0) -> str:
    return totp.code_at(secret, totp.step_of(now()) + ahead)


def _set_up(client: Client) -> tuple[str, list[str]]:
    """Sign in and switch the factor on by the page; the secret, and the recovery codes as shown."""
    _sign_in(client)
    page = client.post("/account/second-factor", {"do": "begin"}).content.decode()
    secret = re.search(r'<p class="mono">([A-Z2-7 ]+)</p>', page)
    assert secret
    plain = secret[1].replace(" ", "")
    done = client.post("/account/second-factor", {"do": "confirm", "code": _code(plain, -1)})
    assert done.status_code == 200
    return plain, re.findall(r'<li class="mono">([0-9a-f]{6}-[0-9a-f]{6})</li>', done.content.decode())


def test_a_code_is_asked_for_after_the_password_and_only_then_is_wang_in(client: Client, wang: Staff) -> None:
    secret, codes = _set_up(client)
    assert len(set(codes)) == 10
    other = Client()
    assert _sign_in(other)["Location"] == "/sign-in/code"
    assert other.get("/desk/any").status_code == 302, "the password alone opens nothing"
    assert other.post("/sign-in/code", {"code": "000000"}).status_code == 422
    assert other.get("/desk/any").status_code == 302
    assert other.post("/sign-in/code", {"code": _code(secret)})["Location"] == "/desk/any"
    assert other.get("/desk/any").status_code == 200
    assert SignIn.objects.filter(staff=wang).order_by("-at")[0].second_factor == "totp"


def test_the_session_that_set_it_up_goes_on_and_every_other_ends(client: Client, wang: Staff) -> None:
    other = Client()
    _sign_in(other)
    _set_up(client)
    assert client.get("/desk/any").status_code == 200
    assert other.get("/desk/any").status_code == 302


def test_a_used_code_opens_nothing_again(client: Client, wang: Staff) -> None:
    secret, _ = _set_up(client)
    code = _code(secret)
    for answer in (302, 422):
        other = Client()
        _sign_in(other)
        assert other.post("/sign-in/code", {"code": code}).status_code == answer


def test_each_recovery_code_opens_once_and_says_how_many_are_left(client: Client, wang: Staff) -> None:
    _, codes = _set_up(client)
    first = Client()
    _sign_in(first)
    assert first.post("/sign-in/code", {"code": codes[0].upper()}).status_code == 302
    assert "9" in first.get("/account").content.decode()
    again = Client()
    _sign_in(again)
    assert again.post("/sign-in/code", {"code": codes[0]}).status_code == 422
    assert codes[0] not in str(list(Fact.objects.values_list("payload", flat=True)))


def test_six_wrong_codes_bring_a_pause_in_which_the_right_one_opens_nothing(client: Client, wang: Staff) -> None:
    secret, _ = _set_up(client)
    other = Client()
    _sign_in(other)
    assert [other.post("/sign-in/code", {"code": "000000"}).status_code for _ in range(6)] == [422] * 6
    assert other.post("/sign-in/code", {"code": _code(secret)}).status_code == 429
    SecondFactor.objects.update(paused_until=now() - timedelta(seconds=1))
    assert other.post("/sign-in/code", {"code": _code(secret)}).status_code == 302


def test_the_second_step_is_no_way_in_without_the_password(client: Client, wang: Staff) -> None:
    assert client.get("/sign-in/code")["Location"] == "/desk/sign-in"
    secret, _ = _set_up(client)
    other = Client()
    _sign_in(other)
    actions.set_password(staff_id=wang.id, password=PASSWORD + "-new", at=now(), by=LOADER)
    assert other.post("/sign-in/code", {"code": _code(secret)})["Location"] == "/desk/sign-in"


def test_a_role_that_needs_it_leads_to_its_set_up_and_nowhere_else(client: Client, wang: Staff, settings: Any) -> None:
    settings.GOVPOST_SECOND_FACTOR = frozenset({"clerk"})
    _sign_in(client)
    assert client.get("/desk/any")["Location"] == "/account/second-factor"
    assert client.get("/account").status_code == 200
    _set_up(client)
    assert client.get("/desk/any").status_code == 200


def test_a_role_that_is_given_later_asks_for_it_at_once(client: Client, wang: Staff, settings: Any) -> None:
    settings.GOVPOST_SECOND_FACTOR = frozenset({"finance"})
    _sign_in(client)
    assert client.get("/desk/any").status_code == 200
    actions.grant(staff=wang, role=Role.FINANCE, region="34.3416", at=now(), by=LOADER)
    assert client.get("/desk/any").status_code == 302


def test_another_administrator_resets_it_with_a_reason_and_wang_reads_it(client: Client, wang: Staff) -> None:
    _set_up(client)
    admin = queries.actor_for_staff(make_staff(Role.ADMIN), now())
    actions.reset_second_factor(staff_id=wang.id, reason="手机丢失", at=now(), by=admin)
    assert client.get("/desk/any").status_code == 302, "sessions ended"
    other = Client()
    assert _sign_in(other)["Location"] == "/desk/any"
    assert "手机丢失" in other.get("/account").content.decode()


def test_removing_it_needs_a_code(client: Client, wang: Staff) -> None:
    secret, _ = _set_up(client)
    assert client.post("/account/second-factor", {"do": "drop", "code": "000000"}).status_code == 422
    assert client.post("/account/second-factor", {"do": "drop", "code": _code(secret)}).status_code == 302
    assert client.get("/desk/any").status_code == 200
    assert _sign_in(Client())["Location"] == "/desk/any"


def test_the_secret_lies_encrypted_and_opens_in_its_own_row_only(client: Client, wang: Staff) -> None:
    secret, _ = _set_up(client)
    assert secret.encode() not in bytes(SecondFactor.objects.get().sealed)


def test_a_first_password_is_changed_before_anything_else(client: Client, wang: Staff) -> None:
    admin = queries.actor_for_staff(make_staff(Role.ADMIN), now())
    first = actions.first_password()
    actions.set_password(staff_id=wang.id, password=first, at=now(), by=admin)
    _sign_in(client, first)
    assert client.get("/desk/any")["Location"] == "/account/password"
    new = {"old": first, "password": PASSWORD, "again": PASSWORD}
    assert client.post("/account/password", new | {"again": "else"}).status_code == 422
    assert client.post("/account/password", new | {"old": "else"}).status_code == 422
    assert client.post("/account/password", new)["Location"] == "/desk/"
    assert client.get("/desk/any").status_code == 200


def test_wang_ends_one_session_or_all_others(client: Client, wang: Staff) -> None:
    one, two = Client(), Client()
    for each in (client, one, two):
        _sign_in(each)
    page = client.get("/account").content.decode()
    rows = re.findall(r'name="sign_in" value="([0-9a-f-]+)"', page)
    assert len(rows) == 2, "not one's own"
    client.post("/account/sessions", {"sign_in": rows[0]})  # the newest: two's
    assert [each.get("/desk/any").status_code for each in (client, one, two)] == [200, 200, 302]
    client.post("/account/sessions", {})
    assert [each.get("/desk/any").status_code for each in (client, one)] == [200, 302]


def test_who_left_is_out_at_once_and_who_leaves_after_their_last_day(client: Client, wang: Staff) -> None:
    _sign_in(client)
    Staff.objects.filter(id=wang.id).update(leaves_on=now().date() - timedelta(days=2))
    assert client.get("/desk/any").status_code == 302
    assert _sign_in(Client()).status_code == 422
    Staff.objects.filter(id=wang.id).update(leaves_on=None)
    _sign_in(client)
    actions.deactivate_staff(staff_id=wang.id, at=now(), by=LOADER)
    assert client.get("/desk/any").status_code == 302


def test_a_demonstration_shows_the_code_of_its_own_people_and_nothing_else_does(client: Client, wang: Staff, settings: Any) -> None:
    secret, _ = _set_up(client)
    other = Client()
    _sign_in(other)
    assert _digits(other) == "", "a person's own secret is shown to nobody"
    settings.DEMO_SECOND_FACTORS = {"wang": secret}
    shown = _digits(other)
    assert shown in (_code(secret), _code(secret, -1))
    settings.DEMO = False
    assert _digits(other) == ""


def _digits(client: Client) -> str:
    page = client.get("/sign-in/code").content.decode()
    found = re.search(r'code-digits" aria-hidden="true"><span>(\d{3})</span><span>(\d{3})</span>', page)
    return found[1] + found[2] if found else ""
