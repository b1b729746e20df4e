"""The administrators' pages of people: the list, one person, joining, leaving, roles; within the own region and never for oneself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from govpost.common.clock import now, shanghai_day
from govpost.parties import actions
from govpost.parties.models import Organisation, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, load_organisations, make_staff
from govpost.places.testing import LOADER
from govpost.surfaces.desk.testing import as_new
from govpost.surfaces.shared.formats import day

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db: None) -> Client:
    """Bozhou's administrator."""
    load_organisations()
    return as_new(Role.ADMIN, login="guan")


def _abroad() -> Client:
    return as_new(Role.ADMIN, organisation="jining-government", region="37.3708")


def _page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(f"desk:{name}", args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def _join(client: Client, **over: str) -> Any:
    organisation = Organisation.objects.get(code=over.pop("organisation", "bozhou-government"))
    data = {"login": "wang", "name": "王示例", "organisation": str(organisation.id), "region": "-", "role": "clerk"} | over
    return client.post(reverse("desk:person_new"), data)


def test_a_clerk_joins_signs_in_changes_the_password_works_leaves_and_is_out_at_once(admin: Client) -> None:
    shown = _join(admin).content.decode()
    first = re.search(r"<strong>([a-z2-9-]{19})</strong>", shown)
    assert first
    clerk = Client()
    assert clerk.post("/desk/sign-in", {"username": "wang", "password": first[1]})["Location"] == "/desk/"
    assert clerk.get(reverse("desk:window"))["Location"] == "/account/password"
    clerk.post("/account/password", {"old": first[1], "password": PASSWORD, "again": PASSWORD})
    assert clerk.get(reverse("desk:window")).status_code == 200
    wang = Staff.objects.get(login="wang")
    assert admin.post(reverse("desk:person_leave", args=[wang.id]), {"last_day": ""}).status_code == 302
    assert clerk.get(reverse("desk:window")).status_code == 302
    assert Client().post("/desk/sign-in", {"username": "wang", "password": PASSWORD}).status_code == 422
    page = _page(admin, "person", wang.id)
    assert "已离岗" in page
    assert "入职登记" in page
    assert first[1] not in page


def test_a_role_that_is_taken_away_ends_at_once_in_an_open_session(admin: Client) -> None:
    wang = make_staff(Role.CLERK)
    clerk = Client()
    clerk.force_login(wang, backend="django.contrib.auth.backends.ModelBackend")
    assert clerk.get(reverse("desk:window")).status_code == 200
    held = RoleGrant.objects.get(staff=wang)
    assert admin.post(reverse("desk:grant_end", args=[held.id]), {"ends_on": ""}).status_code == 302
    assert clerk.get(reverse("desk:window")).status_code == 403


def test_a_refused_first_role_lets_nobody_join(admin: Client) -> None:
    answer = _join(admin, role="courier")
    assert answer.status_code == 422
    assert "邮政单位" in answer.content.decode()
    assert not Staff.objects.filter(login="wang").exists()


@pytest.mark.parametrize(
    ("over", "word"),
    [
        ({"login": "Wang Li"}, "小写字母"),
        ({"login": "guan"}, "已被使用"),
        ({"name": ""}, "请填写姓名"),
        ({"outlet": "SL341602D1"}, "网点"),
    ],
)
def test_what_is_wrong_with_a_joiner_stands_at_its_field(admin: Client, over: dict[str, str], word: str) -> None:
    answer = _join(admin, **over)
    assert answer.status_code == 422
    assert word in answer.content.decode()


def test_people_are_found_by_name_which_stands_in_no_address(admin: Client) -> None:
    make_staff(Role.CLERK, name="王示例", login="wang")
    make_staff(Role.CLERK, name="李示例", login="li")
    answer = admin.post(reverse("desk:find"), {"q": "王示", "list": "people"})
    assert "王" not in answer["Location"]
    page = admin.get(answer["Location"]).content.decode()
    assert ">wang<" in page
    assert ">li<" not in page


def test_the_list_is_narrowed_by_role_organisation_and_state(admin: Client) -> None:
    make_staff(Role.CLERK, login="wang")
    gone = make_staff(Role.QUALITY, organisation="bozhou-post", login="zheng")
    assert ">wang<" in _page(admin, "people", role="clerk")
    assert ">zheng<" not in _page(admin, "people", role="clerk")
    post = Organisation.objects.get(code="bozhou-post")
    assert ">zheng<" in _page(admin, "people", organisation=str(post.id), region="34.3416", state="here")
    actions.deactivate_staff(staff_id=gone.id, at=now(), by=LOADER)
    assert ">zheng<" in _page(admin, "people", state="left")
    assert ">zheng<" not in _page(admin, "people", state="here")
    assert admin.get(reverse("desk:people"), {"organisation": "x"}).status_code == 422


def test_an_administrator_abroad_sees_nobody_and_the_headquarters_everybody(admin: Client) -> None:
    wang = make_staff(Role.CLERK, login="wang")
    abroad, above = _abroad(), as_new(Role.ADMIN, organisation="post-hq", region="")
    for name in ("person", "person_leave", "grant_new", "person_move", "person_password"):
        assert abroad.get(reverse(f"desk:{name}", args=[wang.id])).status_code == 404
    assert ">wang<" not in _page(abroad, "people")
    assert ">wang<" not in _page(abroad, "grants")
    assert ">wang<" in _page(above, "people")
    _page(above, "person", wang.id)


def test_a_role_is_granted_with_dates_listed_when_it_ends_soon_and_extended(admin: Client) -> None:
    wang, today = make_staff(login="wang"), shanghai_day(now())
    data = {
        "role": "clerk",
        "region": "34.3416.341602",
        "organisation": "",
        "starts_on": f"{today}",
        "ends_on": f"{today + timedelta(days=9)}",
    }
    assert admin.post(reverse("desk:grant_new", args=[wang.id]), data).status_code == 302
    held = RoleGrant.objects.get(staff=wang)
    assert "谯城区" in _page(admin, "grants", ending="on")
    assert admin.post(reverse("desk:grant_extend", args=[held.id]), {"ends_on": f"{today + timedelta(days=200)}"}).status_code == 302
    assert ">wang<" not in _page(admin, "grants", ending="on")
    story = _page(admin, "person", wang.id)
    assert f"{day(today + timedelta(days=9))} → {day(today + timedelta(days=200))}" in story
    csv = b"".join(admin.get(reverse("desk:grants"), {"format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert '"wang"' in csv
    assert "安徽省 亳州市 谯城区" in csv


def test_nobody_grants_to_themselves_and_administrators_come_from_above(admin: Client) -> None:
    guan, other, today = Staff.objects.get(login="guan"), make_staff(), f"{shanghai_day(now())}"
    mine = {"role": "supervisor", "region": "34.3416", "starts_on": today}
    assert "不能为自己" in admin.post(reverse("desk:grant_new", args=[guan.id]), mine).content.decode()
    like = mine | {"role": "admin"}
    assert admin.post(reverse("desk:grant_new", args=[other.id]), like).status_code == 422
    below = like | {"region": "34.3416.341602"}
    assert admin.post(reverse("desk:grant_new", args=[other.id]), below).status_code == 302
    both = mine | {"role": "clerk"}
    assert "不得兼任" in admin.post(reverse("desk:grant_new", args=[other.id]), both).content.decode()
    beyond = mine | {"region": "34"}
    assert admin.post(reverse("desk:grant_new", args=[make_staff().id]), beyond).status_code == 422


def test_several_leave_together_and_whoever_may_not_is_told(admin: Client) -> None:
    wang, guan = make_staff(Role.CLERK, login="wang"), Staff.objects.get(login="guan")
    foreign = make_staff(Role.CLERK, organisation="jining-government", region="37.3708")
    answer = admin.post(reverse("desk:people_leave"), {"staff": [str(wang.id), str(guan.id), str(foreign.id), "x"]})
    assert answer.status_code == 200
    assert "不能为自己" in answer.content.decode()
    assert [Staff.objects.get(id=each.id).is_active for each in (wang, guan, foreign)] == [False, True, True]
    assert admin.post(reverse("desk:people_leave"), {}).status_code == 422


def test_somebody_leaves_on_a_day_stays_after_all_and_comes_back_later(admin: Client) -> None:
    wang, last = make_staff(Role.CLERK), shanghai_day(now()) + timedelta(days=5)
    admin.post(reverse("desk:person_leave", args=[wang.id]), {"last_day": f"{last}"})
    assert RoleGrant.objects.get(staff=wang).ends_on == last
    assert "至 " in _page(admin, "person", wang.id)
    assert admin.post(reverse("desk:person_return", args=[wang.id])).status_code == 302
    admin.post(reverse("desk:person_leave", args=[wang.id]), {"last_day": ""})
    assert "初始密码" in admin.post(reverse("desk:person_return", args=[wang.id])).content.decode()
    assert Staff.objects.get(id=wang.id).works_on(shanghai_day(now()))


def test_a_move_ends_roles_for_the_old_organisation_and_takes_effect_on_its_day(admin: Client) -> None:
    wang, today = make_staff(Role.OFFICER, organisation="bozhou-health"), shanghai_day(now())
    goal = Organisation.objects.get(code="bozhou-market")
    data = {"organisation": str(goal.id), "outlet": "", "effective_on": f"{today + timedelta(days=2)}"}
    assert admin.post(reverse("desk:person_move", args=[wang.id]), data).status_code == 302
    assert admin.post(reverse("desk:person_move", args=[wang.id]), data).status_code == 422, "one plan at a time"
    actions.take_effect(at=now(), by=LOADER)
    assert Staff.objects.get(id=wang.id).organisation.code == "bozhou-health"
    actions.take_effect(at=now() + timedelta(days=2), by=LOADER)
    assert Staff.objects.get(id=wang.id).organisation == goal
    assert RoleGrant.objects.get(staff=wang).ends_on == today + timedelta(days=1)


def test_who_changed_what_names_offices_in_the_language_of_the_page(admin: Client) -> None:
    wang, goal = make_staff(Role.OFFICER, organisation="bozhou-health"), Organisation.objects.get(code="bozhou-market")
    admin.post(reverse("desk:person_move", args=[wang.id]), {
        "organisation": str(goal.id), "outlet": "", "effective_on": f"{shanghai_day(now()) + timedelta(days=2)}",
    })  # fmt: skip
    before, whose = wang.organisation, Staff.objects.get(login="guan").organisation
    assert f"{before.name} → {goal.name}" in _page(admin, "person", wang.id)
    admin.cookies["govpost_language"] = "en"
    told = _page(admin, "person", wang.id).partition("Who changed what")[2]
    assert f"{before.name_en} → {goal.name_en}" in told
    assert f"<span>{whose.name_en} " in told
    assert not any(office.name in told for office in (before, goal, whose))


def test_the_trail_of_a_page_does_not_take_the_name_of_its_place(admin: Client) -> None:
    wang = make_staff(Role.OFFICER, organisation="bozhou-health")
    assert '<span class="muted">安徽省 亳州市</span>' in _page(admin, "person", wang.id)


def test_a_locked_login_is_listed_and_unlocked(admin: Client) -> None:
    make_staff(Role.CLERK, login="wang")
    other = Client()
    for _ in range(9):
        other.post("/desk/sign-in", {"username": "wang", "password": "wrong"})
    wang = Staff.objects.get(login="wang")
    assert ">wang<" in _page(admin, "people", state="locked")
    assert admin.post(reverse("desk:person_unlock", args=[wang.id])).status_code == 302
    assert ">wang<" not in _page(admin, "people", state="locked")
    assert other.post("/desk/sign-in", {"username": "wang", "password": "wrong"}).status_code == 422


def test_a_reset_password_is_shown_once_and_has_to_be_changed(admin: Client) -> None:
    wang = make_staff(Role.CLERK)
    shown = admin.post(reverse("desk:person_password", args=[wang.id])).content.decode()
    password = re.search(r"<strong>([a-z2-9-]{19})</strong>", shown)
    assert password
    found = Staff.objects.get(id=wang.id)
    assert found.check_password(password[1])
    assert found.must_change_password


def test_who_reaches_further_than_the_administrator_is_not_theirs_to_open(admin: Client) -> None:
    reaching = make_staff(Role.SUPERVISOR, region="34")
    assert admin.post(reverse("desk:person_password", args=[reaching.id])).status_code == 403
    answer = admin.post(reverse("desk:person_leave", args=[reaching.id]), {"last_day": ""})
    assert answer.status_code == 422
    assert Staff.objects.get(id=reaching.id).is_active


@pytest.mark.parametrize("name", ["people", "grants"])
def test_more_people_cost_no_more_queries(admin: Client, name: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _page(admin, name)
        return len(queries)

    make_staff(Role.CLERK)
    asked()
    before = asked()
    for _ in range(4):
        make_staff(Role.CLERK)
        make_staff(Role.QUALITY, organisation="bozhou-post")
    assert asked() == before


def test_whoever_works_is_named_with_the_organisation_in_the_readers_language(admin: Client) -> None:
    assert "亳州市政务服务管理局（示例）" in _page(admin, "people").partition("<main")[0]
    admin.cookies["govpost_language"] = "en"
    assert "Bozhou government service administration (example)" in _page(admin, "people").partition("<main")[0]
