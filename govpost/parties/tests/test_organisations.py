"""Organisations, staff, dated roles, partners' keys: what an administrator may do, where, and what the actor then holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.backends import ModelBackend
from django.db import IntegrityError, transaction

from govpost.common.actor import Actor, Grant
from govpost.common.clock import shanghai_at
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.parties import actions, queries
from govpost.parties.models import Organisation, OrganisationKind, PartnerKey, RoleGrant, Staff
from govpost.parties.roles import Role
from govpost.parties.testing import PASSWORD, load_organisations, make_staff, staff_actor
from govpost.places import identifiers
from govpost.places.testing import AT, LOADER

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _organisations() -> None:
    load_organisations()


def test_the_example_organisations_are_marked_and_their_codes_pass_the_check() -> None:
    for organisation in queries.organisations(LOADER):
        assert "示例" in organisation.name
        assert "(example)" in organisation.name_en
        assert identifiers.uscc(organisation.uscc).code == "uscc_ok"
    assert len({organisation.uscc for organisation in queries.organisations(LOADER)}) == len(queries.organisations(LOADER))


def test_loading_organisations_again_adds_nothing() -> None:
    facts = Fact.objects.count()
    assert actions.load_organisations(at=AT, by=LOADER) == 0
    assert Fact.objects.count() == facts


def test_an_organisations_code_is_used_once() -> None:
    with pytest.raises(Refusal, match="organisation_exists"):
        _add_organisation(by=LOADER, code="bozhou-health")


def test_organisations_are_listed_by_the_regions_of_the_actor() -> None:
    admin = staff_actor(Role.ADMIN, organisation="jining-government", region="37.3708")
    assert {found.region for found in queries.organisations(admin)} == {"37.3708", "37.3708.370881"}
    assert [found.code for found in queries.organisations(admin, kinds=["making_centre"])] == ["jining-exit-entry", "jining-id-centre"]
    assert queries.organisations(Actor("person", uuid4(), "钱*")) == []


def test_an_organisation_that_ended_is_left_out_of_the_day() -> None:
    Organisation.objects.filter(code="bozhou-health").update(active_to=TODAY)
    assert "bozhou-health" in {found.code for found in queries.organisations(LOADER, on=TODAY)}
    assert "bozhou-health" not in {found.code for found in queries.organisations(LOADER, on=TODAY + timedelta(days=1))}
    before = {found.code for found in queries.organisations(LOADER, on=TODAY - timedelta(days=1))}
    assert before == {"bozhou-tax", "jining-tax", "zhaoqing-tax"}  # these began on a day of their own; the others today


def test_the_state_tax_bureaus_were_followed_by_the_tax_bureaus() -> None:
    merged = date(2018, 7, 5)
    for on, kind in ((merged - timedelta(days=1), "state-tax"), (merged, "tax")):
        assert {found.code for found in queries.organisations(LOADER, on=on)} == {
            f"{city}-{kind}" for city in ("bozhou", "jining", "zhaoqing")
        }


def test_staff_sign_in_with_their_password_and_have_no_right_before_a_grant() -> None:
    staff = _add_staff(by=LOADER, login=" Wang.Clerk ")
    assert staff.password.startswith("argon2")
    assert ModelBackend().authenticate(None, username="wang.clerk", password=PASSWORD) == staff
    assert ModelBackend().authenticate(None, username="wang.clerk", password="another") is None
    assert queries.actor_for_staff(staff, AT).grants == ()


@pytest.mark.parametrize("password", ["", "short", "1234567890", "password123"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _add_staff(by=LOADER, password=password)
    assert set(refused.value.errors) == {"password"}


@pytest.mark.parametrize("login", ["", " ", "taken", "TAKEN"])
def test_a_login_is_given_once(login: str) -> None:
    make_staff(login="taken")
    with pytest.raises(InvalidInput) as refused:
        _add_staff(by=LOADER, login=login)
    assert set(refused.value.errors) == {"login"}


def test_a_person_changes_their_own_password_and_an_administrator_anyones() -> None:
    wang, other = make_staff(Role.CLERK), make_staff(Role.CLERK)
    actions.set_password(staff_id=wang.id, password=PASSWORD, at=AT, by=queries.actor_for_staff(wang, AT))
    assert Staff.objects.get(id=wang.id).check_password(PASSWORD)
    with pytest.raises(NotPermitted):
        actions.set_password(staff_id=wang.id, password=PASSWORD, at=AT, by=queries.actor_for_staff(other, AT))
    actions.set_password(staff_id=wang.id, password=PASSWORD, at=AT, by=staff_actor(Role.ADMIN))
    with pytest.raises(NotFound):
        actions.set_password(staff_id=uuid4(), password=PASSWORD, at=AT, by=LOADER)


def test_who_left_has_no_role_and_no_sign_in() -> None:
    staff = make_staff(Role.CLERK)
    staff.set_password(PASSWORD)
    staff.save()
    before = queries.actor_for_staff(staff, AT)
    actions.deactivate_staff(staff_id=staff.id, at=AT, by=LOADER)
    actions.deactivate_staff(staff_id=staff.id, at=AT, by=LOADER)
    staff.refresh_from_db()
    assert before.grants
    assert queries.actor_for_staff(staff, AT).grants == ()
    assert ModelBackend().authenticate(None, username=staff.login, password=PASSWORD) is None
    assert Fact.objects.filter(kind="parties.staff_deactivated").count() == 1
    with pytest.raises(NotPermitted):
        actions.set_password(staff_id=staff.id, password=PASSWORD, at=AT, by=before)


def test_a_role_counts_from_its_first_day_to_its_last_in_shanghai() -> None:
    staff = make_staff()
    actions.grant(staff=staff, role=Role.CLERK, region="34.3416", starts_on=TODAY, ends_on=TODAY, at=AT, by=LOADER)
    for at, held in (
        (shanghai_at(TODAY, 0) - timedelta(seconds=1), False),
        (shanghai_at(TODAY, 0), True),
        (shanghai_at(TODAY, 23, 59), True),
        (shanghai_at(TODAY, 0) + timedelta(days=1), False),
    ):
        assert queries.actor_for_staff(staff, at).has(Role.CLERK) is held


def test_the_same_grant_twice_is_one_grant() -> None:
    staff = make_staff()
    twice = [actions.grant(staff=staff, role=Role.CLERK, region="34.3416", at=AT, by=LOADER) for _ in range(2)]
    assert twice[0] == twice[1]
    assert Fact.objects.filter(kind="parties.role_granted", subject=f"staff:{staff.id}").count() == 1


def test_the_database_knows_the_roles_and_holds_a_grant_once() -> None:
    staff = make_staff()
    row = {"staff": staff, "region": "34.3416", "starts_on": TODAY}
    RoleGrant.objects.create(**row, role="clerk")
    for role in ("clerk", "emperor"):
        with pytest.raises(IntegrityError), transaction.atomic():
            RoleGrant.objects.create(**row, role=role)


def test_a_grant_ends_with_its_day() -> None:
    staff = make_staff(Role.CLERK)
    held = staff.role_grants.get()
    actions.end_grant(grant_id=held.id, ends_on=TODAY, at=AT, by=staff_actor(Role.ADMIN))
    assert queries.actor_for_staff(staff, AT).has(Role.CLERK)
    assert not queries.actor_for_staff(staff, AT + timedelta(days=1)).has(Role.CLERK)
    with pytest.raises(NotFound):
        actions.end_grant(grant_id=uuid4(), ends_on=TODAY, at=AT, by=LOADER)


def test_reversed_dates_and_unfitting_roles_are_refused() -> None:
    staff = make_staff()
    with pytest.raises(Refusal, match="dates_reversed"):
        actions.grant(staff=staff, role=Role.CLERK, region="34", starts_on=TODAY, ends_on=TODAY - timedelta(days=1), at=AT, by=LOADER)
    with pytest.raises(Refusal, match="needs_postal"):
        actions.grant(staff=staff, role=Role.COURIER, region="34", organisation=staff.organisation, at=AT, by=LOADER)
    with pytest.raises(Refusal, match="needs_organisation"):
        actions.grant(staff=staff, role=Role.OFFICER, region="34", at=AT, by=LOADER)


def test_an_actors_label_names_the_office_and_masks_the_person() -> None:
    actor = staff_actor(Role.CLERK, name="王示例")
    assert actor.label == "亳州市政务服务管理局（示例） 王**"
    assert actor.organisations([Role.CLERK]) == (queries.organisation_by_code("bozhou-government").id,)


def test_staff_are_listed_for_those_who_lead_them() -> None:
    zhao = make_staff(Role.COURIER, organisation="bozhou-post", region="34.3416.341602", outlet="SL341602D1", name="赵示例")
    make_staff(Role.CLERK)
    make_staff(Role.CLERK, organisation="jining-government", region="37.3708")
    dispatcher = staff_actor(Role.DISPATCHER)
    assert [line.id for line in queries.staff_lines(dispatcher, at=AT, role=Role.COURIER)] == [zhao.id]
    assert [line.id for line in queries.staff_lines(dispatcher, at=AT, outlet_code="SL341602D1")] == [zhao.id]
    assert queries.staff_lines(dispatcher, at=AT - timedelta(days=1), role=Role.COURIER) == []
    assert len(queries.staff_lines(dispatcher, at=AT)) == 3
    assert queries.staff_lines(staff_actor(Role.COURIER, organisation="bozhou-post"), at=AT) == []


def test_the_list_of_staff_costs_the_same_number_of_queries_for_any_number(django_assert_num_queries: Any) -> None:
    for _ in range(5):
        make_staff(Role.CLERK)
    with django_assert_num_queries(2):
        assert len(queries.staff_lines(LOADER, at=AT)) == 5


def test_the_sessions_own_person_comes_with_hall_and_outlet(django_assert_num_queries: Any) -> None:
    staff = make_staff(Role.STATION, organisation="bozhou-post", outlet="SL341600S1")
    with django_assert_num_queries(1):
        found = queries.staff_member(staff.id)
        assert found.organisation.hall
        assert found.organisation.hall.station == found.outlet
    with pytest.raises(NotFound):
        queries.staff_member(uuid4())


def test_a_partners_key_opens_until_it_ends() -> None:
    key, text = _make_key(by=LOADER)
    actor = queries.actor_for_partner(text, AT)
    assert actor
    assert actor.kind == "partner"
    assert actor.has(Role.INTEGRATOR, "34.3416.341602", key.organisation_id)
    assert not actor.has(Role.INTEGRATOR, "37.3708")
    assert queries.actor_for_partner(text, AT - timedelta(seconds=1)) is None
    actions.end_partner_key(key_id=key.id, at=AT + timedelta(hours=1), by=LOADER)
    assert queries.actor_for_partner(text, AT + timedelta(minutes=59))
    assert queries.actor_for_partner(text, AT + timedelta(hours=1)) is None
    actions.end_partner_key(key_id=key.id, at=AT + timedelta(hours=9), by=LOADER)
    assert queries.actor_for_partner(text, AT + timedelta(hours=2)) is None
    with pytest.raises(NotFound):
        actions.end_partner_key(key_id=uuid4(), at=AT, by=LOADER)


def test_of_a_key_only_its_prefix_can_be_read() -> None:
    key, text = _make_key(by=LOADER)
    stored = PartnerKey.objects.filter(id=key.id).values()
    secret = text.rpartition("_")[2]
    assert len(secret) == 48
    assert secret not in str(list(stored))
    assert secret not in str(list(Fact.objects.values_list("payload", flat=True)))
    assert [shown.prefix for shown in queries.partner_keys(staff_actor(Role.ADMIN))] == [key.prefix]
    assert queries.partner_keys(staff_actor(Role.ADMIN, organisation="jining-government", region="37.3708")) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "0",
        lambda t: "xx" + t[2:],
        lambda t: "",
        lambda t: "gp__",
        lambda t: t[:11],
    ],
)
def test_an_altered_key_opens_nothing(change: Callable[[str], str]) -> None:
    _, text = _make_key(by=LOADER)
    assert queries.actor_for_partner(change(text), AT) is None


def test_a_partner_gets_no_key_beyond_its_own_region() -> None:
    with pytest.raises(NotPermitted):
        _make_key(by=LOADER, region="34")


def _add_organisation(*, by: Actor, code: str = "new", region: str = "34.3416") -> None:
    actions.add_organisation(code=code, name="新部门（示例）", name_en="New (example)", uscc="", kind=OrganisationKind.DEPARTMENT,
                             region=region, hall=None, at=AT, by=by)  # fmt: skip


def _add_staff(*, by: Actor, login: str = "new.staff", password: str = PASSWORD) -> Staff:
    return actions.add_staff(login=login, name="王示例", organisation=queries.organisation_by_code("bozhou-government"),
                             password=password, at=AT, by=by)  # fmt: skip


def _make_key(*, by: Actor, region: str = "34.3416") -> tuple[PartnerKey, str]:
    organisation = queries.organisation_by_code("bozhou-government")
    return actions.make_partner_key(name="亳州网上办事大厅（示例）", organisation=organisation, region=region, at=AT, by=by)


def _set_password(*, by: Actor) -> None:
    actions.set_password(staff_id=make_staff().id, password=PASSWORD, at=AT, by=by)


def _deactivate(*, by: Actor) -> None:
    actions.deactivate_staff(staff_id=make_staff().id, at=AT, by=by)


def _grant(*, by: Actor) -> None:
    actions.grant(staff=make_staff(), role=Role.CLERK, region="34.3416", at=AT, by=by)


def _end_grant(*, by: Actor) -> None:
    actions.end_grant(grant_id=make_staff(Role.CLERK).role_grants.get().id, ends_on=TODAY, at=AT, by=by)


def _end_key(*, by: Actor) -> None:
    actions.end_partner_key(key_id=_make_key(by=LOADER)[0].id, at=AT, by=by)


VERBS = [_add_organisation, _add_staff, _make_key, _set_password, _deactivate, _grant, _end_grant, _end_key]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", list(Role))
def test_only_administrators_change_people_and_organisations(verb: Callable[..., object], role: Role) -> None:
    by = Actor("staff", uuid4(), "x", (Grant(role, "34.3416"),))
    if role is Role.ADMIN:
        verb(by=by)
    else:
        with pytest.raises(NotPermitted):
            verb(by=by)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("region", "may"), [("", True), ("34", True), ("34.3416.341602", False), ("37.3708", False)])
def test_an_administrator_changes_their_own_region(verb: Callable[..., object], region: str, *, may: bool) -> None:
    by = Actor("staff", uuid4(), "x", (Grant(Role.ADMIN, region),))
    if may:
        verb(by=by)
    else:
        with pytest.raises(NotPermitted):
            verb(by=by)


def test_a_city_administrator_gives_no_role_beyond_the_city() -> None:
    by = Actor("staff", uuid4(), "x", (Grant(Role.ADMIN, "34.3416"),))
    with pytest.raises(NotPermitted):
        actions.grant(staff=make_staff(), role=Role.ADMIN, region="", at=AT, by=by)
    stranger = make_staff(organisation="jining-government")
    with pytest.raises(NotPermitted):
        actions.grant(staff=stranger, role=Role.CLERK, region="34.3416", at=AT, by=by)
