"""Who sees a mail: lists ask the database, one mail at hand is judged here; both must say the same."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govpost.common.actor import Actor, Grant
from govpost.common.refusal import NotFound
from govpost.delivery import queries
from govpost.delivery.models import Order
from govpost.delivery.rules import Place
from govpost.delivery.testing import make_order
from govpost.parties.roles import Role

pytestmark = pytest.mark.django_db
BUREAU, OTHER = UUID(int=1), UUID(int=2)
REGIONS = ("", "34", "34.3416", "34.3416.341602", "34.3416.341621", "34.3412", "37", "37.3708")
CODES = ("341602", "341621", "370811")


@pytest.fixture
def orders() -> list[Order]:
    return [
        make_order(region=region, organisation_id=organisation, origin=Place(start, "S"), destination=Place(end, "E"))
        for region in ("34.3416.341602", "34.3416.341621", "37.3708")
        for organisation in (None, BUREAU, OTHER)
        for start, end in zip(CODES, (*CODES[1:], CODES[0]), strict=True)
    ]


GRANTS = st.builds(Grant, st.sampled_from(sorted(Role)), st.sampled_from(REGIONS), st.sampled_from([None, BUREAU, OTHER]))


def test_what_a_list_shows_and_what_a_number_finds_is_the_same(orders: list[Order]) -> None:
    @settings(max_examples=150, deadline=None)
    @given(st.lists(GRANTS, max_size=3))
    def holds(grants: list[Grant]) -> None:
        actor = Actor("staff", uuid4(), "Wang", tuple(grants))
        assert {each.id for each in orders if queries.sees(actor, each)} == set(queries.visible(actor).values_list("id", flat=True))

    holds()


def test_another_department_s_number_looks_like_a_missing_one(orders: list[Order]) -> None:
    mine = next(each for each in orders if each.organisation_id == BUREAU)
    qian = Actor("staff", uuid4(), "Qian", (Grant(Role.OFFICER, "34", OTHER),))
    officer = Actor("staff", uuid4(), "Zhou", (Grant(Role.OFFICER, str(mine.region), BUREAU),))
    assert queries.order(officer, f" {mine.number.lower()} ", columns=queries.TRACKED).id == mine.id
    with pytest.raises(NotFound):
        queries.order(qian, mine.number)
    with pytest.raises(NotFound):
        queries.order(officer, "GP000000-UNKNOWN")
