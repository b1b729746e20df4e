"""Signing in, what is stored of a person, and who may see it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from govpost.common.actor import Actor, Grant
from govpost.common.crypto import Unreadable
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.parties import actions, queries, sealing
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.rules import DESK, Sealed
from govpost.parties.testing import (
    LIN_NUMBER,
    LIN_PHONE,
    load_organisations,
    make_claims,
    make_enterprise_claims,
    make_lin,
    make_party,
    make_qian,
    make_wang,
    make_zhao,
    person,
    staff_actor,
)
from govpost.places.testing import AT, LOADER

pytestmark = pytest.mark.django_db


def test_the_first_sign_in_makes_the_party_and_the_second_finds_it() -> None:
    first = make_lin()
    later = make_lin(AT + timedelta(days=1))
    assert first.id == later.id
    assert (later.first_seen_at, later.seen_at) == (AT, AT + timedelta(days=1))
    told = Fact.objects.filter(subject=f"party:{first.id}").order_by("seq").values_list("payload__first", flat=True)
    assert list(told) == [True, False]


def test_a_new_telephone_replaces_the_old_one() -> None:
    lin, wang = make_lin(), _clerk()
    make_party(name="林示例", id_number=LIN_NUMBER, phone="+86 154 0000 0099", assurance=4)
    lin.refresh_from_db()
    assert lin.assurance == 4
    assert queries.contact_of(lin.id).phone == "15400000099"
    assert [found.id for found in queries.find_parties(wang, phone="15400000099")] == [lin.id]
    assert queries.find_parties(wang, phone=LIN_PHONE) == []


def test_a_number_typed_with_a_small_x_is_the_same_person() -> None:
    upper = make_party(id_number="11010519491231002X")
    assert make_party(id_number=" 11010519491231002x ").id == upper.id


def test_the_same_number_on_another_kind_of_document_is_another_party() -> None:
    assert make_party(id_type="414", id_number="E00000001").id != make_party(id_type="516", id_number="E00000001").id


def test_an_enterprise_is_a_party_of_its_own_with_whoever_acts_for_it() -> None:
    claims = make_enterprise_claims(phone="")
    party = actions.sign_in(claims=claims, at=AT, by=LOADER)
    assert party.kind == "legal"
    assert party.masked_name == "亳州示例****公司"
    assert queries.contact_of(party.id).phone == claims.acting_phone
    assert sealing.opened(party).acting_name == "李示例"


@pytest.mark.parametrize("field", ["name", "id_type", "id_number"])
def test_claims_that_name_nobody_are_refused(field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.sign_in(claims=make_claims(**{field: " "}), at=AT, by=LOADER)
    assert set(refused.value.errors) == {field}


@pytest.mark.parametrize("by", [Actor("person", uuid4(), "钱*"), Actor("staff", uuid4(), "x", tuple(Grant(role, "") for role in Role))])
def test_only_the_system_signs_anybody_in(by: Actor) -> None:
    with pytest.raises(NotPermitted):
        actions.sign_in(claims=make_claims(), at=AT, by=by)


def test_nothing_readable_of_a_person_lies_in_the_table_or_the_journal() -> None:
    make_lin()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(p)::text, '') FROM parties_party p")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(row_to_json(f)::text, '') FROM journal_fact f")
        told = cursor.fetchone()[0]
    for secret in ("林示例", LIN_NUMBER, LIN_PHONE, LIN_NUMBER.encode().hex(), "林示例".encode().hex()):
        assert secret not in stored
        assert secret not in told


def test_what_was_sealed_comes_back() -> None:
    document = Sealed("林示例", "111", LIN_NUMBER, LIN_PHONE, "孙示例", "李示例", LIN_NUMBER, LIN_PHONE)
    party = make_lin()
    party.sealed = sealing.sealed(party.id, document)
    assert sealing.opened(party) == document


@pytest.mark.parametrize("place", [0, 1, 5, 20, -1])
def test_an_altered_ciphertext_does_not_open(place: int) -> None:
    party = make_lin()
    blob = bytearray(party.sealed)
    blob[place] ^= 1
    Party.objects.filter(id=party.id).update(sealed=bytes(blob))
    with pytest.raises(Unreadable):
        queries.contact_of(party.id)


def test_a_ciphertext_does_not_open_in_anothers_row() -> None:
    lin, qian = make_lin(), make_qian()
    Party.objects.filter(id=qian.id).update(sealed=bytes(lin.sealed))
    with pytest.raises(Unreadable):
        queries.contact_of(qian.id)


def test_the_desk_finds_people_by_exact_number_or_telephone_and_sees_them_masked() -> None:
    lin, wang = make_lin(), _clerk()
    make_qian()
    for found in (queries.find_parties(wang, number=LIN_NUMBER.lower()), queries.find_parties(wang, phone="154 0000 0001")):
        assert [card.id for card in found] == [lin.id]
        assert found[0].masked_name == "林**"
        assert LIN_NUMBER not in str(found)
        assert LIN_PHONE not in str(found)


@pytest.mark.parametrize("wanted", [{"number": LIN_NUMBER[:-1]}, {"number": ""}, {"phone": "1540000000"}, {"phone": " "}, {}])
def test_half_a_number_finds_nobody(wanted: dict[str, str]) -> None:
    make_lin()
    assert queries.find_parties(_clerk(), **wanted) == []


@pytest.mark.parametrize("role", [role for role in Role if role not in DESK])
def test_other_roles_find_nobody_at_all(role: Role) -> None:
    lin = make_lin()
    actor = Actor("staff", uuid4(), "x", (Grant(role, ""),))
    with pytest.raises(NotPermitted):
        queries.find_parties(actor, number=LIN_NUMBER)
    with pytest.raises(NotFound):
        queries.card(actor, lin.id)


def test_a_person_sees_themself_and_nobody_else() -> None:
    lin, qian = make_lin(), make_qian()
    assert queries.card(person(lin), lin.id).masked_phone == "154****0001"
    assert queries.own_identity(person(lin)).id_number == LIN_NUMBER
    with pytest.raises(NotFound):
        queries.card(person(qian), lin.id)
    with pytest.raises(NotPermitted):
        queries.find_parties(person(qian), number=LIN_NUMBER)
    with pytest.raises(NotFound):
        queries.own_identity(_clerk())


def test_unknown_people_are_not_found() -> None:
    for ask in (
        queries.contact_of,
        lambda party: queries.actor_for_party(party, AT),
        lambda party: queries.card(LOADER, party),
    ):
        with pytest.raises(NotFound):
            ask(uuid4())


def test_reading_a_full_number_is_in_the_journal_with_its_cause() -> None:
    lin, wang = make_lin(), _clerk()
    read = actions.read_identity(party_id=lin.id, cause="核对身份证", case="GP1", region="34.3416.341602", at=AT, by=wang)
    assert (read.name, read.id_number, read.phone) == ("林示例", LIN_NUMBER, LIN_PHONE)
    fact = Fact.objects.get(kind="journal.read")
    assert fact.subject == f"party:{lin.id}"
    assert fact.payload == {"what": "identity", "cause": "核对身份证", "case": "GP1"}
    assert fact.actor_key == wang.key


def test_without_a_cause_nothing_is_read_and_nothing_told() -> None:
    lin, wang = make_lin(), _clerk()
    with pytest.raises(Refusal, match="cause_missing"):
        actions.read_identity(party_id=lin.id, cause=" ", case="GP1", region="34.3416", at=AT, by=wang)
    assert not Fact.objects.filter(kind="journal.read").exists()


def test_a_number_that_cannot_be_opened_leaves_no_trace_of_a_reading_that_did_not_happen() -> None:
    lin, wang = make_lin(), _clerk()
    Party.objects.filter(id=lin.id).update(sealed=b"\x01")
    with pytest.raises(Unreadable):
        actions.read_identity(party_id=lin.id, cause="核对身份", case="GP1", region="34.3416", at=AT, by=wang)
    assert not Fact.objects.filter(kind="journal.read").exists()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("region", "inside"), [("34.3416.341602", True), ("34.3416", True), ("34", False), ("37.3708", False), ("", False)]
)
def test_who_reads_full_numbers_where(role: Role, region: str, *, inside: bool) -> None:
    lin = make_lin()
    by = Actor("staff", uuid4(), "x", (Grant(role, "34.3416"),))
    arguments = {"party_id": lin.id, "cause": "核对身份", "case": "GP1", "region": region}
    if role in DESK and inside:
        assert actions.read_identity(**arguments, at=AT, by=by).id_number == LIN_NUMBER  # type: ignore[arg-type]
    else:
        with pytest.raises(NotPermitted):
            actions.read_identity(**arguments, at=AT, by=by)  # type: ignore[arg-type]


def test_an_officer_reads_in_the_cases_of_their_own_department_only() -> None:
    load_organisations()
    lin, officer = make_lin(), staff_actor(Role.OFFICER, organisation="bozhou-health")
    own, other = (queries.organisation_by_code(code).id for code in ("bozhou-health", "bozhou-market"))
    arguments = {"party_id": lin.id, "cause": "核对身份", "case": "GP1", "region": "34.3416", "at": AT, "by": officer}
    assert actions.read_identity(**arguments, organisation=own).name == "林示例"  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        actions.read_identity(**arguments, organisation=other)  # type: ignore[arg-type]


def test_the_courier_and_other_people_read_no_full_number() -> None:
    load_organisations()
    lin = make_lin()
    for by in (make_zhao(), person(make_qian()), person(lin)):
        with pytest.raises(NotPermitted):
            actions.read_identity(party_id=lin.id, cause="核对身份", case="GP1", region="34.3416.341602", at=AT, by=by)


def _clerk() -> Actor:
    if not queries.organisations(LOADER):
        load_organisations()
    return make_wang()
