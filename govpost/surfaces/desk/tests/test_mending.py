"""What a person mends at one mail: our own events withdrawn, a locked code opened, a booking asked for again, a message sent again."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from govpost.common.clock import now
from govpost.common.refusal import Refusal
from govpost.delivery import actions as mail
from govpost.delivery import queries
from govpost.delivery.models import Order, Unclear
from govpost.delivery.rules import CODE_TRIES, Door, ItemRule, Place
from govpost.delivery.states import Verb
from govpost.delivery.testing import SYSTEM, make_order, make_papers, seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.journal.models import Fact
from govpost.notices import actions as notices
from govpost.notices.models import Notice
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.profiles.testing import load_profiles
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db
WAYBILL, OUTLET, WHY = "1110000000001", "SL341602D1", "投错一户，已取回"
HOUR = timedelta(hours=1)


@pytest.fixture
def dispatcher() -> Client:
    load_organisations()
    return as_new(Role.DISPATCHER, organisation="bozhou-post", region="34.3416")


def page(client: Client, order: Order) -> str:
    return client.get(reverse("desk:order", args=[order.number])).content.decode()


def delivered(at: datetime) -> Order:
    order = make_order(at=at, waybill_no=WAYBILL)
    mail.record_scans([seen(WAYBILL, "at_delivery_office", at + HOUR)], at=at + HOUR, by=SYSTEM)
    return mail.record_handover(order_id=order.id, verb=Verb.DELIVER, signer="addressee", at=at + 2 * HOUR, by=SYSTEM, request_id=uuid4())


def withdrawal(text: str) -> dict[str, str]:
    """The form of one entry as the page holds it."""
    return dict(re.findall(r'<input type="hidden" name="(code|occurred_at)" value="([^"]+)">', text))


def test_our_own_mistaken_delivery_is_withdrawn_on_the_orders_page(dispatcher: Client) -> None:
    order = delivered(now() - 5 * HOUR)
    text, address = page(dispatcher, order), reverse("desk:withdraw", args=[order.number])
    named = withdrawal(text)
    assert text.count('name="occurred_at"') == 1, "the carrier's events are the carrier's to withdraw"
    assert dispatcher.post(address, named | {"why": ""}).status_code == 422
    assert dispatcher.post(address, named | {"why": WHY, "occurred_at": "yesterday"}).status_code == 404
    assert dispatcher.post(address, named | {"why": WHY, "code": "FETCH"}).status_code == 404
    assert dispatcher.post(address, named | {"why": WHY}).status_code == 302
    order.refresh_from_db()
    assert (order.state, order.delivered_at) == ("at_delivery_office", None)
    text = page(dispatcher, order)
    assert WHY in text
    assert "timeline-voided" in text
    assert withdrawal(text) == {}


def test_who_may_not_withdraw_sees_no_form_and_is_turned_away(dispatcher: Client) -> None:
    order = delivered(now() - 5 * HOUR)
    named = withdrawal(page(dispatcher, order)) | {"why": WHY}
    for role in (Role.CLERK, Role.SUPERVISOR):
        colleague = as_new(role, organisation="bozhou-post", region="34.3416")
        assert withdrawal(page(colleague, order)) == {}
        assert colleague.post(reverse("desk:withdraw", args=[order.number]), named).status_code == 403
    stranger = as_new(Role.DISPATCHER, organisation="bozhou-post", region="37.3708")
    assert stranger.post(reverse("desk:withdraw", args=[order.number]), named).status_code == 404
    order.refresh_from_db()
    assert order.state == "delivered"


def test_a_cancellation_that_the_carrier_was_told_of_is_not_withdrawn_here(dispatcher: Client) -> None:
    order = make_order(door=Door.CARRIER, waybill_no=WAYBILL)
    mail.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    assert withdrawal(page(dispatcher, order)) == {}


def test_a_locked_code_is_opened_where_the_order_and_where_the_instruction_is_seen(dispatcher: Client) -> None:
    load_profiles()
    order = make_papers(at=now() - HOUR, origin=Place("341602", OUTLET))
    dispatch.follow_orders([Fact.objects.get(subject=f"order:{order.id}").payload], by=SYSTEM)
    code = queries.check_code_of(order.id)
    assert "unlock-code" not in page(dispatcher, order)
    for _ in range(CODE_TRIES):
        with pytest.raises(Refusal, match="wrong_code"):
            mail.record_handover(
                order_id=order.id, verb=Verb.COLLECT, code="000000" if code != "000000" else "111111", seen={"a": True, "b": True},
                at=now(), by=SYSTEM, request_id=uuid4(),
            )  # fmt: skip
    address = reverse("desk:unlock_code", args=[order.number])
    task = reverse("desk:dispatch_task", args=[Task.objects.get().id])
    assert address in page(dispatcher, order)
    assert address in dispatcher.get(task).content.decode()
    assert "输错次数过多" in dispatcher.get(reverse("desk:unclear")).content.decode()
    clerk = as_new(Role.CLERK, organisation="bozhou-post", region="34.3416")
    assert address not in page(clerk, order)
    assert clerk.post(address, {"why": WHY}).status_code == 403
    assert dispatcher.post(address, {"why": " "}).status_code == 422
    assert dispatcher.post(address, {"why": WHY}).status_code == 302
    order.refresh_from_db()
    assert order.code_tries == 0
    assert WHY in page(dispatcher, order)
    assert address not in page(dispatcher, order)


@pytest.mark.parametrize("booking", ["wanted", "failed"])
def test_a_waybill_that_has_not_come_is_asked_for_again(dispatcher: Client, booking: str) -> None:
    order = make_order(door=Door.CARRIER)
    if booking == "failed":
        mail.note_booking_failed(order_id=order.id, error="B00001 100% 拒绝", at=now(), by=SYSTEM)
        assert "B00001 100% 拒绝" in page(dispatcher, order)
    address = reverse("desk:ask_again", args=[order.number])
    assert address in page(dispatcher, order)
    assert dispatcher.post(address).status_code == 302
    assert ProcrastinateJob.objects.filter(task_name="delivery.book").count() == 1
    mail.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    assert address not in page(dispatcher, order)


def test_a_cancellation_that_the_carrier_refused_is_said_in_words(dispatcher: Client) -> None:
    order = make_order(door=Door.CARRIER, waybill_no=WAYBILL)
    mail.cancel_order(order_id=order.id, reason="5", at=now(), by=SYSTEM)
    mail.note_cancel_refused(order_id=order.id, code="B00010", error="B00010 邮件已收寄，不能撤销", at=now(), by=SYSTEM)
    assert "不能撤销" in page(dispatcher, order)
    assert "未撤销寄递单" in page(dispatcher, order)
    text = dispatcher.get(reverse("desk:unclear")).content.decode()
    assert "未撤销寄递单，请致电承运企业" in text
    assert Unclear.objects.get().code in text


def test_a_message_that_did_not_go_is_seen_and_sent_again_by_those_who_may(dispatcher: Client) -> None:
    order = make_order(waybill_no=WAYBILL)
    said = [
        notices.say(
            "pickup_code", phone=phone, subject=f"order:{order.id}", region=str(order.region), at=now(), by=SYSTEM, key=phone,
            params={"number": order.number, "code": queries.pickup_code_of(order.id)},
        ) for phone in ("13800000001", "05581234567")
    ]  # fmt: skip
    again, hopeless = (reverse("desk:send_again", args=[order.number, notice.id]) for notice in said)
    assert again not in page(dispatcher, order), "it has not failed"
    notices.note_not_sent(notice_id=said[0].id, error="unavailable", for_good=True, at=now(), by=SYSTEM)
    text = page(dispatcher, order)
    assert again in text
    assert hopeless not in text, "no short message goes to a landline"
    assert queries.pickup_code_of(order.id) not in text
    supervisor = as_new(Role.SUPERVISOR, organisation="bozhou-post", region="34.3416")
    assert again not in page(supervisor, order)
    assert supervisor.post(again).status_code == 403
    other = make_order()
    assert dispatcher.post(reverse("desk:send_again", args=[other.number, said[0].id])).status_code == 404
    assert dispatcher.post(again).status_code == 302
    assert Notice.objects.get(id=said[0].id).state == "wanted"


def test_failed_collections_and_failed_deliveries_are_told_apart(dispatcher: Client) -> None:
    papers = make_papers(at=now() - HOUR)
    mail.record_failed_attempt(order_id=papers.id, verb=Verb.MISS, reason="4", at=now(), by=SYSTEM, request_id=uuid4())
    assert "揽收未成功次数" in page(dispatcher, papers)
    assert "投递未妥投次数" not in page(dispatcher, papers)
    order = make_order(waybill_no=WAYBILL, rule=ItemRule(attempts_max=3))
    mail.record_scans([seen(WAYBILL, "at_delivery_office", now())], at=now(), by=SYSTEM)
    mail.record_failed_attempt(order_id=order.id, reason="103", at=now(), by=SYSTEM, request_id=uuid4())
    assert "投递未妥投次数" in page(dispatcher, order)
    assert "揽收未成功次数" not in page(dispatcher, order)


def test_an_administrator_reads_what_came_for_a_cause_and_the_desk_does_not(dispatcher: Client) -> None:
    make_order(waybill_no=WAYBILL)
    mail.keep_unreadable([(WAYBILL, "opTime", '{"opTime":"soon","operatorName":"王示例"}')], at=now(), by=SYSTEM)
    address = reverse("desk:unclear_content", args=[Unclear.objects.get().id])
    assert address not in dispatcher.get(reverse("desk:unclear")).content.decode()
    assert dispatcher.get(address).status_code == 403
    admin = as_new(Role.ADMIN, organisation="bozhou-post", region="34.3416")
    assert address in admin.get(reverse("desk:unclear")).content.decode()
    assert "王示例" not in admin.get(address).content.decode()
    assert admin.post(address, {"cause": ""}).status_code == 422
    assert not Fact.objects.filter(kind="journal.read").exists()
    assert "王示例" in admin.post(address, {"cause": "向承运方查询"}).content.decode()
    assert Fact.objects.get(kind="journal.read").payload["cause"] == "向承运方查询"
    stranger = as_new(Role.ADMIN, organisation="jining-post", region="37.3708")
    assert stranger.post(address, {"cause": "向承运方查询"}).status_code == 404
