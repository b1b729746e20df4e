"""The administrators' pages of organisations and partners' keys."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govpost.common.clock import now, shanghai_at, shanghai_day
from govpost.parties import actions, queries
from govpost.parties.models import Organisation, PartnerKey, RoleGrant
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_staff
from govpost.places.testing import LOADER, make_uscc
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    load_organisations()
    return as_new(Role.ADMIN)


def _health() -> Organisation:
    return Organisation.objects.get(code="bozhou-health")


def _page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _add(client: Client, **over: str) -> Any:
    data = {"code": "bozhou-forestry", "name": "亳州市林业局（示例）", "kind": "department", "region": "34.3416", "uscc": make_uscc()}
    return client.post(reverse("desk:organisation_new"), data | over)


def test_an_organisation_is_added_found_and_its_code_is_used_once(admin: Client) -> None:
    assert _add(admin).status_code == 302
    assert "亳州市林业局（示例）" in _page(admin, "organisations", q="林业", kind="department", region="34.3416", state="active")
    assert _add(admin).status_code == 422
    assert _add(admin, code="other", uscc="123").status_code == 422
    assert _add(admin, code="Über").status_code == 422
    assert _add(admin, code="beyond", region="37.3708").status_code == 422


def test_headquarters_says_where_an_organisation_works() -> None:
    load_organisations()
    admin = as_new(Role.ADMIN, organisation="post-hq", region="")
    entered = {"code": "bozhou-new", "name": "新单位（示例）", "kind": "department"}
    assert admin.post(reverse("desk:organisation_new"), entered | {"region": "-"}).status_code == 422
    assert admin.post(reverse("desk:organisation_new"), entered | {"region": "34.3416"}).status_code == 302


def test_a_credit_code_that_fails_its_check_is_kept_and_said(admin: Client) -> None:
    good = make_uscc()
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    answer = admin.post(reverse("desk:organisation_change", args=[_health().id]), {"uscc": wrong, "hall": ""}, follow=True)
    page = answer.content.decode()
    assert _health().uscc == wrong
    assert "最后一位与前面各位不符" in page
    assert f"→ {wrong}" in page


def test_a_new_name_holds_from_its_day_and_the_old_one_stays_readable(admin: Client) -> None:
    health, day = _health(), shanghai_day(now()) + timedelta(days=3)
    data = {"name": "亳州市卫生委员会（示例）", "name_en": "Bozhou health (example)", "starts_on": f"{day}"}
    assert admin.post(reverse("desk:organisation_rename", args=[health.id]), data).status_code == 302
    assert _health().name == health.name
    actions.take_effect(at=shanghai_at(day, 1), by=LOADER)
    assert _health().name == data["name"]
    page = _page(admin, "organisation", health.id)
    assert health.name in page
    past = data | {"starts_on": f"{day - timedelta(days=30)}"}
    assert admin.post(reverse("desk:organisation_rename", args=[health.id]), past).status_code == 422


def test_closing_ends_roles_and_keys_with_the_last_day(admin: Client) -> None:
    health, last = _health(), shanghai_day(now()) + timedelta(days=3)
    officer = make_staff(Role.OFFICER, organisation="bozhou-health")
    key, text = actions.make_partner_key(name="示例", organisation=health, region="34.3416", at=now(), by=LOADER)
    assert "1 名在岗人员" in _page(admin, "organisation_close", health.id)
    assert admin.post(reverse("desk:organisation_close", args=[health.id]), {"last_day": f"{last}"}).status_code == 302
    assert RoleGrant.objects.get(staff=officer).ends_on == last
    assert queries.actor_for_partner(text, shanghai_at(last, 23))
    assert queries.actor_for_partner(text, shanghai_at(last + timedelta(days=1), 0)) is None
    assert key.organisation_id == health.id


def test_an_administrator_abroad_finds_neither_organisation_nor_key(admin: Client) -> None:
    key, _ = actions.make_partner_key(name="示例密钥", organisation=_health(), region="34.3416", at=now(), by=LOADER)
    abroad = as_new(Role.ADMIN, organisation="jining-government", region="37.3708")
    for name in ("organisation", "organisation_change", "organisation_rename", "organisation_close"):
        assert abroad.get(reverse(f"desk:{name}", args=[_health().id])).status_code == 404
    for name in ("partner_key", "partner_key_rotate", "partner_key_end"):
        assert abroad.get(reverse(f"desk:{name}", args=[key.id])).status_code == 404
    assert "示例密钥" not in _page(abroad, "partner_keys")
    assert "bozhou-health" not in _page(abroad, "organisations")


def test_a_key_is_shown_once_used_changed_with_an_overlap_and_ended(admin: Client, client: Client) -> None:
    data = {"name": "市政务网", "organisation": str(_health().id), "last_day": ""}
    text = re.search(r"gp_[0-9a-f]{8}_[0-9a-f]{48}", admin.post(reverse("desk:partner_key_new"), data).content.decode())
    assert text
    key = PartnerKey.objects.get()
    assert "从未使用" in _page(admin, "partner_keys")
    assert client.get("/api/v1/orders", headers={"Authorization": f"Bearer {text[0]}"}).status_code != 401
    assert "从未使用" not in _page(admin, "partner_keys")
    changed = admin.post(reverse("desk:partner_key_rotate", args=[key.id]), {"days": "7", "last_day": ""}).content.decode()
    new = re.search(r"gp_[0-9a-f]{8}_[0-9a-f]{48}", changed)
    assert new
    for each in (text[0], new[0]):
        assert queries.actor_for_partner(each, now() + timedelta(days=6))
    assert queries.actor_for_partner(text[0], now() + timedelta(days=8)) is None
    assert queries.actor_for_partner(new[0], now() + timedelta(days=8))
    assert "30 天内到期" in _page(admin, "partner_keys", state="ending")
    assert admin.post(reverse("desk:partner_key_end", args=[key.id])).status_code == 302
    assert queries.actor_for_partner(text[0], now()) is None
    assert text[0] not in _page(admin, "partner_key", key.id)


def test_using_a_key_does_not_look_like_a_change_of_it() -> None:
    load_organisations()
    key, text = actions.make_partner_key(name="示例", organisation=_health(), region="34.3416", at=now(), by=LOADER)
    queries.actor_for_partner(text, now())
    actions.note_key_use(key_id=key.id, at=now())
    with CaptureQueriesContext(connection) as asked:
        queries.actor_for_partner(text, now())
        actions.note_key_use(key_id=key.id, at=now())
    assert len(asked) == 1, "the mark; key and use are remembered"


@pytest.mark.parametrize("name", ["organisations", "partner_keys"])
def test_more_of_them_cost_no_more_queries(admin: Client, name: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            _page(admin, name)
        return len(found)

    actions.make_partner_key(name="示例", organisation=_health(), region="34.3416", at=now(), by=LOADER)
    asked()
    before = asked()
    for code in ("a1", "a2"):
        _add(admin, code=code)
        own = Organisation.objects.get(code=code)
        actions.make_partner_key(name=code, organisation=own, region="34.3416", at=now(), by=LOADER)
    assert abs(asked() - before) <= 1  # one message that was waiting
