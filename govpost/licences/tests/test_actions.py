"""Issuing once, numbering without gaps, ending for good; and who sees a licence."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.licences import actions, queries, rules
from govpost.licences.models import Licence
from govpost.licences.rules import Status
from govpost.licences.testing import SYSTEM, make_licence
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations, make_lin, make_qian, person, staff_actor
from govpost.places.testing import AT


@pytest.fixture(autouse=True)
def _bozhou(db: None) -> None:
    load_organisations()


def officer(organisation: str = "bozhou-health", region: str = "34.3416") -> Actor:
    return staff_actor(Role.OFFICER, organisation=organisation, region=region)


def test_a_licence_has_a_right_identifier_a_number_and_a_serial() -> None:
    licence = make_licence(by=officer())
    read = rules.read_identifier(licence.identifier)
    assert read.allowed
    assert read.facts["serial"] == licence.number == "3416022026000001"
    assert read.facts["issuer_code"] == licence.issuer.uscc
    assert (licence.valid_from, licence.valid_to, licence.status) == (date(2026, 3, 2), date(2030, 3, 1), Status.VALID)
    assert licence.holder_masked == "林**"


def test_a_case_is_given_one_licence_however_often_it_asks() -> None:
    first = make_licence(case_number="BJ-1")
    assert make_licence(case_number="BJ-1") == first
    assert make_licence(case_number="BJ-2").number.endswith("000002")


def test_the_database_itself_refuses_a_second_licence_of_a_case() -> None:
    licence = make_licence()
    twin = Licence.objects.get(id=licence.id)
    twin.id, twin.identifier, twin.serial, twin.version = None, "x", "y", 2
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_numbers_run_by_issuer_type_and_year() -> None:
    assert make_licence().number == "3416022026000001"
    assert make_licence(at=AT + timedelta(days=365)).number == "3416022027000001"
    assert make_licence(type_code="11110000XX00009012002").number == "3416022026000001"
    assert make_licence().number == "3416022026000002"


@pytest.mark.parametrize(("organisation", "region"), [("bozhou-market", "34.3416"), ("bozhou-health", "37.3708")])
def test_only_the_issuers_own_officers_issue_and_end(organisation: str, region: str) -> None:
    other = officer(organisation, region)
    with pytest.raises(NotPermitted):
        make_licence(by=other)
    with pytest.raises(NotPermitted):
        actions.void(licence_id=make_licence().id, status=Status.REVOKED, why="隐瞒情况", at=AT, by=other)


def test_a_licence_ends_once_with_its_reason() -> None:
    licence, by = make_licence(), officer()
    with pytest.raises(InvalidInput):
        actions.void(licence_id=licence.id, status=Status.CANCELLED, why=" ", at=AT, by=by)
    ended = actions.void(licence_id=licence.id, status=Status.CANCELLED, why="企业注销", at=AT, by=by)
    assert (ended.status, ended.ended_at, ended.why_ended) == (Status.CANCELLED, AT, "企业注销")
    assert rules.holds(status=ended.status, valid=ended.validity, on=date(2026, 3, 3)).code == "not_valid"
    with pytest.raises(Refusal, match="ended_before"):
        actions.void(licence_id=licence.id, status=Status.REVOKED, why="再次", at=AT, by=by)
    with pytest.raises(NotFound):
        actions.void(licence_id=make_lin().id, status=Status.REVOKED, why="没有这个", at=AT, by=SYSTEM)


def test_facts_name_the_licence_and_never_the_holder() -> None:
    licence = make_licence()
    actions.void(licence_id=licence.id, status=Status.REVOKED, why="隐瞒情况", at=AT, by=SYSTEM)
    facts = list(Fact.objects.filter(subject=f"licence:{licence.id}").order_by("seq"))
    assert [fact.kind for fact in facts] == ["licences.issued", "licences.voided"]
    assert "林" not in json.dumps([fact.payload for fact in facts], ensure_ascii=False)


def test_a_holder_sees_the_own_licences_and_qian_none() -> None:
    licence = make_licence()
    lin, qian = person(make_lin()), person(make_qian())
    assert queries.mine(lin) == [licence]
    assert queries.licence(lin, f" {licence.identifier.lower()} ") == licence
    assert queries.mine(qian) == []
    with pytest.raises(NotFound):
        queries.licence(qian, licence.identifier)


@pytest.mark.parametrize(
    ("role", "organisation", "region", "sees"),
    [
        (Role.OFFICER, "bozhou-health", "34.3416", True),
        (Role.OFFICER, "bozhou-market", "34.3416", False),
        (Role.CLERK, "bozhou-government", "34.3416", True),
        (Role.CLERK, "jining-government", "37.3708", False),
        (Role.SUPERVISOR, "bozhou-government", "34", True),
        (Role.STATION, "bozhou-post", "34.3416", True),
        (Role.COURIER, "bozhou-post", "34.3416", False),
        (Role.FINANCE, "bozhou-government", "34.3416", False),
    ],
)
def test_offices_see_licences_of_their_region_and_officers_their_own(role: Role, organisation: str, region: str, sees: bool) -> None:
    licence = make_licence()
    actor = staff_actor(role, organisation=organisation, region=region)
    assert (licence in queries.visible(actor)) == sees
    assert queries.mine(actor) == []


def test_licences_are_found_by_their_cases() -> None:
    licence = make_licence(case_number="BJ-7")
    assert queries.by_cases(["BJ-7", "BJ-8"]) == {"BJ-7": licence}
