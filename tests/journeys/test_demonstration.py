"""The demonstration's history, built small: whole, right by every recount, and every page of it answers."""

from __future__ import annotations

import re
from collections import deque

import pytest
from django.test import Client
from django.urls import reverse

from govpost.cases import events as cases
from govpost.cases.models import Case
from govpost.common.clock import now
from govpost.delivery.models import Bag, DayBalance, Order, ScanVoid, Unclear
from govpost.demo.build import BEGUN, BrokenOff, build
from govpost.demo.hiring import BUILDER
from govpost.demo.people import WORKERS, Worker
from govpost.journal import actions as journal
from govpost.journal.models import Fact
from govpost.ops.invariants import broken
from govpost.parties.models import Party, Staff
from govpost.quality.models import FactVersion
from govpost.settlement.models import LedgerTxn
from govpost.surfaces.shared.access import PARTY_KEY
from tests.journeys.keeping import untruths

ORDERS, PAGES = 40, 15
_LINK = re.compile(r'href="(/[^"#]*)')
# Queues that a visitor must not find empty, and turns that must have happened.
OPEN_STATES = {"draft", "submitted", "correcting", "accepted", "approved", "handed_over"}
TURNS = {
    cases.COLLECTION_CANCELLED, cases.COLLECTION_MOVED, cases.COLLECTION_ORDERED, cases.CORRECTION_REQUESTED, cases.NOT_ACCEPTED,
    cases.WITHDRAWN, cases.REFUSED, cases.PAPERS_RETURNED, cases.RESULT_WAY_CHANGED, cases.CLOSED, cases.REOPENED,
    cases.RESULT_CAME_BACK, cases.MISSING_TOLD, cases.PAPERS_GIVEN, "journal.read",
}  # fmt: skip


@pytest.mark.usefixtures("journey")
def test_the_history_is_whole_and_every_page_of_it_answers() -> None:
    steps: list[tuple[int, int]] = []
    world = build(lambda done, of, words: steps.append((done, of)), orders=ORDERS)
    assert world is not None
    assert world.clockwork.lost == [], "a story broke off"
    assert broken() == {}
    assert untruths(now(), watched=[each for mail in world.moving.values() for each in mail]) == []
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1][0] == steps[-1][1], "the progress ends at its end"
    _everything_happened()
    assert build(lambda *_: None) is None, "a second start finds it standing"
    for worker in {worker.role: worker for worker in (*WORKERS, *reversed(WORKERS))}.values():  # one of each
        _walk(_staff(worker), reverse("courier:round") if worker.surface == "courier" else reverse("desk:home"), worker.duty)
    for party in Party.objects.order_by("first_seen_at")[:3]:
        _walk(_citizen(party), "/", "citizen")


def _everything_happened() -> None:
    assert set(Case.objects.values_list("state", flat=True)) >= OPEN_STATES
    assert set(Fact.objects.values_list("kind", flat=True)) >= TURNS
    assert set(Order.objects.values_list("state", flat=True)) >= {"ordered", "out_for_delivery", "delivered", "returned", "cancelled"}
    assert Order.objects.filter(attempts__gte=2).exists(), "nobody home twice"
    assert ScanVoid.objects.exists()
    assert Unclear.objects.exists()
    assert LedgerTxn.objects.filter(kind="reversal").exists()
    assert FactVersion.objects.filter(change="changed").exists(), "a rate was corrected"
    assert Bag.objects.exists()
    assert DayBalance.objects.filter(balanced=True).exists()
    assert set(Order.objects.values_list("region", flat=True)) >= {"34.3416", "37.3708", "44.4412"}


def _staff(worker: Worker) -> Client:
    client = Client()
    client.force_login(Staff.objects.get(login=worker.login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _citizen(party: Party) -> Client:
    client = Client()
    session = client.session
    session[PARTY_KEY] = str(party.id)
    session.save()
    return client


def _walk(client: Client, start: str, who: str) -> None:
    """Follow the links of the pages, breadth first; each answers, and nobody is led to a door that is closed to them."""
    waiting, seen = deque([start]), {start}
    for _ in range(PAGES):
        if not waiting:
            return
        address = waiting.popleft()
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, f"{who}: {address} answers {answer.status_code}"
        if not answer.headers["Content-Type"].startswith("text/html"):
            continue
        for link in _LINK.findall(answer.content.decode().replace("&amp;", "&")):
            shape = re.sub(r"[0-9A-Z-]{8,}|[0-9a-f-]{36}|\d+", "*", link)
            if shape not in seen and not link.startswith("/static/"):
                seen.add(shape)
                waiting.append(link)


@pytest.mark.django_db
def test_half_a_history_is_said_with_its_remedy() -> None:
    journal.record(BEGUN, subject="demo:build", region="", at=now(), by=BUILDER, seed=1)
    with pytest.raises(BrokenOff, match="--fresh"):
        build(lambda *_: None)
