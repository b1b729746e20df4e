"""Retention through the whole house: what lived its period out is erased, certified, and nothing else is touched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from govpost.cases import actions as cases
from govpost.cases.models import Case
from govpost.cases.sealing import said
from govpost.cases.states import State
from govpost.cases.testing import make_case, make_cast
from govpost.common.crypto import blind_index
from govpost.common.refusal import InvalidInput, Refusal
from govpost.delivery import actions as mail
from govpost.delivery.models import Order
from govpost.delivery.queries import addresses
from govpost.delivery.rules import Direction
from govpost.delivery.testing import HALL, LIN, SYSTEM, make_order, new_order, seen
from govpost.journal.models import Fact
from govpost.notices.models import Notice
from govpost.ops import erasing, invariants
from govpost.places.testing import AT
from govpost.retention import actions as retention
from govpost.retention import queries
from govpost.retention.models import Certificate, Erasure
from govpost.retention.rules import RULES, Kind

DAY = timedelta(days=1)
LATER = AT + 200 * DAY

pytestmark = pytest.mark.django_db


def _delivered(number: int, **over: Any) -> Order:
    order = make_order(at=AT, waybill_no=f"12200000001{number:02d}", ref=f"R-{number}", direction=Direction.SINGLE, **over)
    mail.record_scans([seen(str(order.waybill_no), "delivered", AT + DAY, signer_class="addressee")], at=AT + DAY, by=SYSTEM)
    return Order.objects.get(id=order.id)


def _erased(kind: Kind, at: Any = LATER, *, dry: bool = False) -> erasing.Outcome:
    return next(each for each in erasing.run(at=at, dry=dry) if each.kind == kind)


def test_an_address_is_masked_after_its_period_and_its_commitment_proves_a_copy() -> None:
    order = _delivered(1)
    assert _erased(Kind.MAIL_ADDRESSES, AT + 150 * DAY).due == 0
    outcome = _erased(Kind.MAIL_ADDRESSES)
    kept = Order.objects.get(id=order.id)
    recipient = addresses(kept)[1]
    assert (recipient.name, recipient.phone, recipient.street, recipient.county) == ("林*", "138****0001", "***", "谯城区")
    assert not Order.objects.filter(recipient_phone_digest=blind_index("phone", LIN.phone)).exists()
    assert (kept.state, kept.version, kept.price_fen) == ("delivered", order.version, order.price_fen)
    certificate = Certificate.objects.get(number=outcome.certificate)
    assert (certificate.counts, certificate.spared, certificate.days) == ({"delivery_order": 1}, 0, 183)
    assert Fact.objects.filter(kind="retention.erased", subject=f"certificate:{certificate.number}").count() == 1
    assert invariants.broken(settled=False) == {}


def test_the_same_row_of_a_file_is_known_again_after_the_address_is_gone() -> None:
    order = _delivered(2)
    erasing.run(at=LATER)
    again, other = mail.place_orders(
        [new_order(placed_at=AT, ref=order.ref, direction=Direction.SINGLE, recipient=who) for who in (LIN, HALL)], at=LATER, by=SYSTEM
    )
    assert not isinstance(again, Refusal)
    assert again.number == order.number
    assert isinstance(other, Refusal)


def test_what_is_held_or_still_needed_stays_and_the_certificate_counts_it() -> None:
    cast = make_cast()
    held, plain = _delivered(3), _delivered(4)
    running = make_case(cast, paper_way="door")
    carried = running.orders.get()
    mail.cancel_order(order_id=carried.order_id, reason="5", at=AT, by=SYSTEM)
    hold = cases.hold(on="order", value=held.number, why="示例复议", at=AT, by=SYSTEM)
    outcome = _erased(Kind.MAIL_ADDRESSES)
    assert (outcome.due, outcome.spared) == (3, 2)
    assert set(Order.objects.exclude(forgotten_at=None).values_list("id", flat=True)) == {plain.id}
    retention.release(hold_id=hold.id, why="示例已结", at=LATER, by=SYSTEM)
    assert _erased(Kind.MAIL_ADDRESSES, LATER + DAY).spared == 1
    assert Order.objects.get(id=held.id).forgotten_at


def test_a_dry_run_only_counts() -> None:
    order = _delivered(5)
    assert _erased(Kind.MAIL_ADDRESSES, dry=True).due == 1
    assert Order.objects.get(id=order.id).forgotten_at is None
    assert not Certificate.objects.exists()


def test_a_run_that_was_interrupted_is_certified_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    _delivered(6)

    def die(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(retention, "certify", die)
        with pytest.raises(KeyboardInterrupt):
            erasing.run(at=LATER)
    assert (Erasure.objects.count(), Certificate.objects.count()) == (1, 0)
    outcome = _erased(Kind.MAIL_ADDRESSES, LATER + DAY)
    assert Certificate.objects.get(number=outcome.certificate).counts == {"delivery_order": 1}
    assert _erased(Kind.MAIL_ADDRESSES, LATER + 2 * DAY).certificate == ""


def test_words_of_an_ended_case_and_its_messages_go_and_a_running_one_keeps_its_own() -> None:
    cast = make_cast()
    ended, running = make_case(cast, State.WITHDRAWN), make_case(cast)
    at = AT + 1200 * DAY
    erasing.run(at=at)
    assert said(Case.objects.get(id=ended.id)).answers == {}
    assert said(Case.objects.get(id=running.id)).answers
    notice = Notice.objects.filter(subject=f"case:{ended.id}").exclude(state="wanted").first()
    assert notice is None or notice.forgotten_at
    assert Case.objects.get(id=ended.id).number == ended.number


def test_a_draft_that_nobody_submitted_goes_with_its_papers() -> None:
    draft = make_case(make_cast(), State.DRAFT)
    assert _erased(Kind.DRAFTS, AT + 80 * DAY).due == 0
    assert _erased(Kind.DRAFTS, AT + 100 * DAY).certificate
    assert not Case.objects.filter(id=draft.id).exists()


@pytest.mark.parametrize("kind", list(Kind))
def test_no_period_is_shorter_than_the_law_allows_and_it_counts_from_its_day(kind: Kind) -> None:
    rule, day = RULES[kind], AT.date() + DAY
    with pytest.raises(InvalidInput):
        retention.set_period(kind=kind, days=rule.least - 1, effective_on=day, why="示例", at=AT, by=SYSTEM)
    with pytest.raises(InvalidInput):
        retention.set_period(kind=kind, days=rule.least, effective_on=AT.date() - DAY, why="示例", at=AT, by=SYSTEM)
    retention.set_period(kind=kind, days=rule.least, effective_on=day, why="示例", at=AT, by=SYSTEM)
    assert (queries.days_of(kind, AT.date()), queries.days_of(kind, day)) == (rule.days, rule.least)


def test_erasing_asks_no_more_however_many_rows_there_are() -> None:
    asked = []
    for numbers in ((10,), range(11, 17)):
        for number in numbers:
            _delivered(number)
        with CaptureQueriesContext(connection) as seen_queries:
            erasing.run(at=LATER)
        asked.append(len(seen_queries))
    assert asked[0] == asked[1]
    assert Order.objects.exclude(forgotten_at=None).count() == 7


def test_the_digest_of_a_certificate_is_made_again_from_its_batches() -> None:
    ids = [_delivered(number).id for number in (20, 21)]
    number = _erased(Kind.MAIL_ADDRESSES).certificate
    certificate = Certificate.objects.get(number=number)
    batch = Erasure.objects.get(id=certificate.first)
    assert batch.digest == retention._sm3(str(each) for each in sorted(ids, key=UUID.__str__))
    assert certificate.digest == retention._sm3([batch.digest])
