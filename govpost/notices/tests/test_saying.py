"""Saying things: once, sealed, by a job afterwards, with patience, and visibly when it fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from govpost.common.actor import Actor, Grant
from govpost.common.clock import SHANGHAI
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, NotPermitted, Problem, Refusal, Rejected, Unavailable
from govpost.journal.models import Fact
from govpost.notices import actions, queries, tasks
from govpost.notices.models import Notice
from govpost.notices.ports import SmsReceipt
from govpost.notices.rules import NoticeState

AT = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
LIN = Actor("person", UUID(int=1), "林**")
QIAN = Actor("person", UUID(int=2), "钱**")
WANG = Actor("staff", UUID(int=3), "综合窗口", (Grant("clerk", "34.3416"),))
SYSTEM = Actor.system("delivery")
SUBJECT = "order:0190"


@dataclass
class Provider:
    """A provider that answers with what the test gives it, and remembers whom it was asked to write to."""

    answers: list[SmsReceipt | Exception]
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, *, phone: str, template: str, params: Mapping[str, str], text: str, idempotency_key: str) -> SmsReceipt:
        self.asked.append((phone, text, idempotency_key))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def check(self) -> list[Problem]:
        return []


def say(phone: str = "13812341234", key: str = "1", region: str = "34.3416.341602") -> Notice:
    return actions.say(
        "pickup_code", phone=phone, subject=SUBJECT, region=region, params={"number": "GP1", "code": "654321"},
        at=AT, by=SYSTEM, key=key, party_id=LIN.id,
    )  # fmt: skip


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider([])
    monkeypatch.setattr(tasks, "plug", lambda port: made)
    return made


@pytest.mark.django_db
def test_saying_it_writes_a_sealed_notice_and_defers_one_job() -> None:
    notice = say()
    assert notice.state == NoticeState.WANTED
    assert notice.phone_masked == "138****1234"
    assert b"654321" not in bytes(notice.sealed)
    assert ProcrastinateJob.objects.filter(task_name="notices.send", args={"notice_id": str(notice.id)}).count() == 1


@pytest.mark.django_db
def test_the_same_thing_is_said_once() -> None:
    first, again, other_attempt = say(), say(), say(key="2")
    assert first.id == again.id != other_attempt.id
    assert ProcrastinateJob.objects.filter(task_name="notices.send").count() == 2


@pytest.mark.django_db
def test_a_landline_gives_a_failed_notice_that_a_person_sees() -> None:
    say(phone="0558-5551234")
    (line,) = queries.failed(WANG)
    assert (line.state, line.error) == ("failed", "no_mobile")
    assert ProcrastinateJob.objects.count() == 0
    assert Fact.objects.filter(kind="notices.failed", subject=SUBJECT).count() == 1


@pytest.mark.django_db
def test_the_job_sends_text_to_phone_under_the_notices_own_key_and_never_twice(provider: Provider) -> None:
    notice = say()
    provider.answers = [SmsReceipt("sms-1")]
    tasks.deliver(notice.id, last=False)
    tasks.deliver(notice.id, last=False)
    ((phone, text, key),) = provider.asked
    assert phone == "13812341234"
    assert "654321" in text
    assert key == str(notice.id)
    notice.refresh_from_db()
    assert (notice.state, notice.provider_id, notice.tries) == ("sent", "sms-1", 1)
    (fact,) = Fact.objects.filter(kind="notices.sent")
    assert "654321" not in str(fact.payload)
    assert "13812341234" not in str(fact.payload)


@pytest.mark.django_db
def test_a_provider_that_does_not_answer_is_asked_again_until_the_last_try(provider: Provider) -> None:
    notice = say()
    provider.answers = [Unavailable("timeout"), Unavailable("timeout")]
    with pytest.raises(Unavailable):
        tasks.deliver(notice.id, last=False)
    notice.refresh_from_db()
    assert (notice.state, notice.tries, notice.error) == ("wanted", 1, "unavailable")
    tasks.deliver(notice.id, last=True)
    notice.refresh_from_db()
    assert (notice.state, notice.tries) == ("failed", 2)


@pytest.mark.django_db
def test_a_refused_message_fails_at_once_and_a_clerk_of_the_region_may_send_it_again(provider: Provider) -> None:
    notice = say()
    provider.answers = [Rejected("black_list", "号码在黑名单中"), SmsReceipt("sms-2")]
    tasks.deliver(notice.id, last=False)
    assert [line.error for line in queries.failed(WANG)] == ["black_list"]
    actions.send_again(notice_id=notice.id, at=AT, by=WANG)
    tasks.deliver(notice.id, last=False)
    notice.refresh_from_db()
    assert notice.state == "sent"
    with pytest.raises(Refusal, match="not_failed"):
        actions.send_again(notice_id=notice.id, at=AT, by=WANG)


@pytest.mark.django_db
def test_who_may_see_and_send_again() -> None:
    notice = say(phone="0558-5551234")
    elsewhere = Actor("staff", UUID(int=4), "综合窗口", (Grant("clerk", "37.3708"),))
    courier = Actor("staff", UUID(int=5), "揽投员", (Grant("courier", "34.3416"),))
    assert [line.id for line in queries.sent_for(SUBJECT, LIN)] == [notice.id]
    assert [line.id for line in queries.sent_for([SUBJECT], WANG)] == [notice.id]
    for stranger in (QIAN, elsewhere, courier, Actor("person", None, "")):
        assert queries.sent_for(SUBJECT, stranger) == []
        assert queries.failed(stranger) == []
        with pytest.raises(NotPermitted):
            actions.send_again(notice_id=notice.id, at=AT, by=stranger)
        with pytest.raises(NotPermitted):
            actions.note_sent(notice_id=notice.id, provider_id="x", at=AT, by=stranger)
    with pytest.raises(NotFound):
        actions.send_again(notice_id=uuid7(), at=AT, by=WANG)


@pytest.mark.django_db
def test_a_screen_gets_the_title_and_never_the_text() -> None:
    say()
    (line,) = queries.sent_for(SUBJECT, WANG)
    assert str(line.title) == "Pick-up code"
    assert "654321" not in repr(line)
    message = queries.find_unsent(line.id)
    assert message is not None
    assert "654321" not in repr(message)
