"""Four eyes on a version: proposed for a coming day, reviewed by somebody else, published, taken back before its day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import product
from typing import Any
from uuid import uuid4

import pytest

from govpost.catalogue import actions, documents, keeping, queries, rules, writing
from govpost.catalogue.models import Proposal, Service
from govpost.catalogue.states import TABLE, State, Verb, allowed
from govpost.catalogue.testing import FOOD, HYGIENE, NOTICE, hygiene, load_catalogue, make_document
from govpost.common.actor import Actor, Grant
from govpost.common.refusal import InvalidInput, NotFound, NotPermitted, Refusal
from govpost.journal.models import Fact
from govpost.places.testing import AT

pytestmark = pytest.mark.django_db
TODAY, DAY = AT.date(), timedelta(days=1)
BOZHOU = "34.3416"


def admin(region: str, name: str) -> Actor:
    return Actor("staff", uuid4(), name, (Grant("admin", region),))


LI, SUN, KONG, COUNTRY = admin(BOZHOU, "李**"), admin(BOZHOU, "孙**"), admin("37.3708", "孔**"), admin("", "国**")


@pytest.fixture(autouse=True)
def _catalogue(db: None) -> None:
    load_catalogue()


def document(**over: Any) -> dict[str, Any]:
    """The next version of the hygiene licence, from in a month on."""
    [standing] = keeping.documents([hygiene()])
    return standing | {"version": 2, "valid_from": (TODAY + 30 * DAY).isoformat(), "valid_to": None, "summary": "新的说明"} | over


def propose(by: Actor = LI, **over: Any) -> Proposal:
    return actions.propose(document=document(**over), at=AT, by=by)


def act(verb: str, proposal: Proposal, by: Actor, at: Any = AT, **over: Any) -> Proposal:
    done: Proposal = getattr(actions, f"{verb}_proposal")(proposal_id=proposal.id, at=at, by=by, **over)
    return done


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refusal) as error:
        yield
    assert error.value.code == code


def approved() -> Proposal:
    return act("approve", act("submit", propose(), LI), SUN)


def test_what_is_published_can_be_written_down_and_published_elsewhere() -> None:
    for service in Service.objects.select_related("department"):
        [written] = keeping.documents([service])
        documents.validate(written)
        assert actions.publish(document=written, at=AT, by=Actor.system("test")) == 0  # it says the same
    assert {each["code"] for each in keeping.joined(list(Service.objects.select_related("department").order_by("task_code")))} == {
        each["code"] for each in actions.seed()
    }


def test_a_version_needs_two_people_and_takes_over_on_its_day() -> None:
    proposal = act("submit", propose(), LI)
    for by in (LI,):
        with refused("own_proposal"):
            act("approve", proposal, by)
    assert act("approve", proposal, SUN).reviewed_by == "孙**"
    day = TODAY + 30 * DAY
    assert queries.service(HYGIENE, day - DAY, BOZHOU).version == 1
    assert queries.service(HYGIENE, day, BOZHOU).summary == "新的说明"
    assert hygiene().valid_to == day - DAY
    kinds = list(Fact.objects.filter(kind="catalogue.proposal_changed").order_by("seq").values_list("payload__changes__state", flat=True))
    assert kinds == [["", "draft"], ["draft", "in_review"], ["in_review", "approved"]]


def test_whoever_amends_it_does_not_review_it_either() -> None:
    proposal = propose()
    act("amend", proposal, SUN, document=document(summary="又改"))
    act("submit", proposal, LI)
    with refused("own_proposal"):
        act("send_back", proposal, SUN, reason="不行")
    assert act("approve", proposal, COUNTRY).state == State.APPROVED


def test_it_is_sent_back_with_a_reason_and_comes_again() -> None:
    proposal = act("submit", propose(), LI)
    with pytest.raises(InvalidInput):
        act("send_back", proposal, SUN, reason="  ")
    back = act("send_back", proposal, SUN, reason="材料2应取消")
    assert (back.state, back.reason) == (State.RETURNED, "材料2应取消")
    act("amend", back, LI, document=document(papers=[]))
    assert act("submit", back, LI).reason == ""
    act("approve", back, SUN)
    assert queries.papers(queries.service(HYGIENE, TODAY + 30 * DAY, BOZHOU)) == ()


def test_an_approved_version_is_taken_back_before_its_day_only() -> None:
    proposal = approved()
    with refused("in_force"):
        act("withdraw", proposal, LI, at=AT + 30 * DAY, reason="不改了")
    act("withdraw", proposal, LI, reason="不改了")
    assert hygiene().valid_to is None
    assert queries.service(HYGIENE, TODAY + 60 * DAY, BOZHOU).version == 1
    assert propose().state == State.DRAFT  # and another one may be prepared


def test_a_version_comes_on_a_coming_day_and_one_at_a_time() -> None:
    with refused("too_early"):
        propose(valid_from=TODAY.isoformat())
    proposal = propose()
    with refused("proposal_stands"):
        propose(by=SUN)
    with refused("too_early"):
        act("submit", proposal, LI, at=AT + 30 * DAY)


def test_another_citys_administrator_neither_sees_nor_touches_it() -> None:
    proposal = propose()
    with pytest.raises(NotFound):
        keeping.proposal(KONG, proposal.id)
    for verb, over in (("submit", {}), ("amend", {"document": document()}), ("withdraw", {"reason": "x"})):
        with pytest.raises(NotPermitted):
            act(verb, proposal, KONG, **over)
    act("submit", proposal, LI)
    for verb, over in (("approve", {}), ("send_back", {"reason": "x"})):
        with pytest.raises(NotPermitted):
            act(verb, proposal, KONG, **over)
    with pytest.raises(NotPermitted):
        propose(by=KONG)
    with pytest.raises(NotFound):
        act("submit", Proposal(id=uuid4()), LI)


def test_an_item_of_three_cities_is_the_countrys_and_each_city_may_have_its_own_version() -> None:
    services = keeping.alike(COUNTRY, queries.service(NOTICE, TODAY, BOZHOU))
    assert [str(each.region) for each in services] == ["34.3416", "37.3708", "44.4412"]
    [whole] = keeping.joined(services)
    later = {"version": 2, "valid_from": (TODAY + DAY).isoformat()}
    assert actions.propose(document=whole | later, at=AT, by=COUNTRY).region == ""
    assert keeping.alike(LI, queries.service(NOTICE, TODAY, BOZHOU)) == [queries.service(NOTICE, TODAY, BOZHOU)]
    with pytest.raises(NotPermitted):
        actions.propose(document=whole | later, at=AT, by=LI)
    assert keeping.next_version(NOTICE) == 2
    assert keeping.next_version("nothing") == 1


def test_a_proposal_keeps_its_item_and_its_form() -> None:
    proposal = propose()
    with pytest.raises(InvalidInput):
        act("amend", proposal, LI, document=make_document(valid_from="2027-01-01"))
    with pytest.raises(InvalidInput):
        act("amend", proposal, LI, document={"code": HYGIENE})


@pytest.mark.parametrize(("state", "verb"), list(product(State, Verb)))
def test_every_state_and_verb(state: State, verb: Verb) -> None:
    proposal = propose()
    Proposal.objects.filter(id=proposal.id).update(state=state.value)
    more: dict[Verb, dict[str, Any]] = {
        Verb.AMEND: {"document": document()}, Verb.SEND_BACK: {"reason": "x"}, Verb.WITHDRAW: {"reason": "x"},
    }  # fmt: skip
    over = more.get(verb, {})
    by = SUN if verb in (Verb.APPROVE, Verb.SEND_BACK) else LI
    if (state, verb) in TABLE:
        assert act(verb.value, proposal, by, **over).state == TABLE[state, verb]
        assert verb in allowed(state)
    else:
        with refused("wrong_state"):
            act(verb.value, proposal, by, **over)


def test_the_list_says_where_each_item_stands(django_assert_num_queries: Any) -> None:
    act("submit", propose(), LI)
    found = list(keeping.items(LI, on=TODAY).order_by("task_code"))
    with django_assert_num_queries(2):
        standings = {each.newest.code: each for each in keeping.standings(found, TODAY)}
    assert standings[HYGIENE].proposal is not None
    assert standings[FOOD].proposal is None
    assert [each.code for each in keeping.items(LI, on=TODAY, state="in_review")] == [HYGIENE]
    approval = Proposal.objects.get()
    act("approve", approval, SUN)
    assert [each.code for each in keeping.items(LI, on=TODAY, state="coming")] == [HYGIENE]
    assert HYGIENE in [each.code for each in keeping.items(LI, on=TODAY, state="in_force")]
    actions.end_service(service_id=queries.service(FOOD, TODAY, BOZHOU).id, valid_to=TODAY, at=AT, by=LI)
    assert [each.code for each in keeping.items(LI, on=TODAY + DAY, state="ended", words=FOOD)] == [FOOD]


@pytest.mark.parametrize("words", ["卫生许可", "hygiene", "理发店", "ggcs", "gonggongchangsuo", HYGIENE])
def test_items_are_found_by_words_pinyin_and_code(words: str) -> None:
    assert HYGIENE in [each.code for each in keeping.items(LI, on=TODAY, words=words)]
    assert list(keeping.items(admin("44.4412", "肇**"), on=TODAY, words="道路货物运输")) == [], "Zhaoqing has it decided elsewhere"


def test_differences_name_the_keys_that_changed() -> None:
    [before] = keeping.documents([hygiene()])
    papers = before["papers"][1:]
    after = document(papers=papers, mail={**before["mail"], "hold_days": 9})
    moved = writing.differences(before, after)
    assert moved["mail.hold_days"] == (7, 9)
    assert moved["summary"][1] == "新的说明"
    assert moved["papers.公共场所卫生许可证申请表"][1] is None
    assert sum(key.startswith("papers") for key in moved) == 1
    assert "valid_from" not in moved
    assert writing.differences(before, before) == {}


@pytest.mark.parametrize(("days", "first", "later"), [(-1, False, False), (0, False, False), (1, True, True)])
def test_days_of_a_version(days: int, first: bool, later: bool) -> None:
    day = date(2026, 5, 5)
    assert rules.may_take_over(valid_from=day + days * DAY, today=day).allowed is first
    assert rules.may_withdraw(valid_from=day + days * DAY, today=day).allowed is later


def test_nobody_publishes_outright_but_the_set_up_and_the_journal_says_that_it_was_not_reviewed() -> None:
    for by in (LI, COUNTRY):
        with pytest.raises(NotPermitted):
            actions.publish(document=make_document(), at=AT, by=by)
    assert {fact.payload["review"] for fact in Fact.objects.filter(kind="catalogue.service_published")} == {"none: set-up"}
    proposal = approved()
    assert Fact.objects.filter(kind="catalogue.service_published").latest("seq").payload["review"] == f"proposal:{proposal.id}"


def test_the_system_reviews_nothing_that_it_wrote_itself() -> None:
    by = Actor.system("test")
    proposal = act("submit", propose(by), by)
    with refused("own_proposal"):
        act("approve", proposal, by)


def test_nobody_approves_what_would_fill_another_citys_desks() -> None:
    far = make_document(valid_from=(TODAY + 30 * DAY).isoformat(), offers=[{"region": BOZHOU, "department": "jining-enforcement"}])
    proposal = act("submit", actions.propose(document=far, at=AT, by=LI), LI)
    with pytest.raises(NotPermitted):
        act("approve", proposal, SUN)
