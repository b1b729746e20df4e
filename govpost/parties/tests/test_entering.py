"""Somebody is entered at a window that looked at the document."""

from __future__ import annotations

import pytest

from govpost.common.actor import Actor
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotPermitted
from govpost.journal.models import Fact
from govpost.parties import actions, queries
from govpost.parties.models import Party
from govpost.parties.roles import Role
from govpost.parties.rules import VOUCHED_BY_PLATFORM, check_entry
from govpost.parties.testing import LIN_NUMBER, LIN_PHONE, load_organisations, make_lin, make_party, make_wang, person, staff_actor
from govpost.places.testing import AT, make_resident_id, make_uscc

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> None:
    load_organisations()


ENTRY = {"name": "新示例", "id_type": "111", "id_number": make_resident_id(sequence=880), "phone": "154 0000 0880"}


def enter(by: Actor, **over: str) -> Party:
    return actions.enter_party(**(ENTRY | over), region="34.3416", at=AT, by=by)


def test_somebody_new_is_entered_at_a_window_and_signs_in_as_the_same_later(people: None) -> None:
    wang = make_wang()
    party = enter(wang)
    assert (party.kind, party.masked_name, party.assurance) == ("natural", "新**", 3)
    assert enter(wang).id == party.id
    assert make_party(id_number=ENTRY["id_number"], name="新示例", phone="15400000880").id == party.id
    fact = Fact.objects.filter(kind="parties.party_entered").order_by("seq")[0]
    assert (fact.actor_key, fact.payload["first"]) == (wang.key, True)
    assert ENTRY["id_number"] not in str(fact.payload)


def test_an_enterprise_is_entered_by_its_credit_code(people: None) -> None:
    party = enter(make_wang(), name="亳州示例百货有限公司", id_type="001", id_number=make_uscc(serial="XX0000880"))
    assert party.kind == "legal"


def test_somebody_without_a_telephone_is_entered_at_a_window_and_not_by_a_platform(people: None) -> None:
    party = enter(make_wang(), phone="")
    assert queries.contact_of(party.id).phone == ""
    assert enter(make_wang()).id == party.id
    assert queries.contact_of(party.id).phone == "15400000880", "one that was missing is added"
    errors = check_entry(**(ENTRY | {"phone": ""}), assurance=VOUCHED_BY_PLATFORM, on=shanghai_day(AT))
    assert set(errors) == {"phone"}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"id_number": "11010519491231002A"}, "id_number"), ({"id_number": ""}, "id_number"), ({"id_type": "001"}, "id_number"),
        ({"id_type": "414", "id_number": "E1"}, "id_number"), ({"id_type": "x"}, "id_number"), ({"name": " "}, "name"),
        ({"phone": "123"}, "phone"),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_entered_is_said_at_its_field(people: None, over: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as invalid:
        enter(make_wang(), **over)
    assert set(invalid.value.errors) == {field}


def test_whoever_is_known_is_not_renamed_or_given_another_telephone_at_a_window(people: None) -> None:
    lin, wang = make_lin(), make_wang()
    assert enter(wang, name="林示例", id_number=LIN_NUMBER).id == lin.id
    assert queries.contact_of(lin.id).phone == LIN_PHONE
    with pytest.raises(InvalidInput) as invalid:
        enter(wang, id_number=LIN_NUMBER)
    assert set(invalid.value.errors) == {"name"}
    silent = make_party(id_number=make_resident_id(sequence=881), name="默示例", phone="")
    enter(wang, id_number=make_resident_id(sequence=881), name="默示例")
    assert queries.contact_of(silent.id).phone == "15400000880"


def test_only_a_window_of_the_place_enters_somebody(people: None) -> None:
    far = staff_actor(Role.CLERK, organisation="jining-government", region="37.3708")
    for by in (far, staff_actor(Role.OFFICER, organisation="bozhou-health"), person(make_lin())):
        with pytest.raises(NotPermitted):
            enter(by)
