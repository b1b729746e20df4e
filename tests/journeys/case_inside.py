"""The steps that stories of a case inside share: each commits, and lets followers and jobs catch up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from govpost.cases import actions as cases
from govpost.cases import queries, rules
from govpost.cases.actions.apply import pending_papers
from govpost.cases.models import Case
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, make_form
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Order
from govpost.delivery.states import Verb
from govpost.delivery.testing import seen
from govpost.dispatch import actions as dispatch
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.notices.models import Notice
from govpost.places.testing import AT
from govpost.timeline import queries as timeline

HOUR = timedelta(hours=1)
NO_CASE = UUID(int=0)


@dataclass
class Story:
    """One case and the hour of its story; every step is an hour."""

    cast: Cast
    now: datetime = AT
    case_id: UUID = NO_CASE

    @property
    def case(self) -> Case:
        return Case.objects.select_related("service", "party", "department", "hall").get(id=self.case_id)

    @property
    def number(self) -> str:
        return self.case.number or ""

    @property
    def turn(self) -> str:
        """Whose turn it is, as Lin is told."""
        return timeline.whose_turn(self.cast.lin, self.number).who.value

    def where(self) -> tuple[str, str]:
        return self.case.state, self.turn

    def tick(self, step: timedelta = HOUR) -> datetime:
        self.now += step
        return self.now

    # -- Lin -------------------------------------------------------------------------

    def apply(self, **over: Any) -> Story:
        """Draft and submit through the person's own right."""
        case = cases.draft(service_id=self.cast.service.id, form=make_form(self.now, **over), at=self.now, by=self.cast.lin)
        cases.submit(case_id=case.id, notice_version=rules.NOTICE.version, at=self.now, by=self.cast.lin)
        self.case_id = case.id
        drain()
        return self

    def do(self, verb: Any, by: Any, **over: Any) -> Story:
        """Any verb of the case, an hour later."""
        verb(case_id=self.case_id, at=self.tick(), by=by, **over)
        drain()
        return self

    # -- papers ------------------------------------------------------------------------

    def papers_order(self) -> Order:
        link = self.case.orders.filter(leg="papers").order_by("placed_at").last()
        assert link is not None
        return delivery.by_id(link.order_id)

    def collect(self, missing: int = 0) -> Story:
        """Zhao takes the instruction, does the formalities, counts and enters Lin's code."""
        order = self.papers_order()
        task = self.task(order)
        dispatch.take(task_id=task.id, at=self.tick(), by=self.cast.zhao)
        drain()
        code = queries.page(self.cast.lin, self.case, at=self.now).check_code
        labels = [check.opaque_id for check in delivery.checks_of([order.id])[order.id]]
        dispatch.finish_collect(
            task_id=task.id, seen={label: n >= missing for n, label in enumerate(labels)}, check_code=code,
            real_name_checked=True, inspected=True, at=self.tick(), by=self.cast.zhao, request_id=uuid7(),
        )  # fmt: skip
        drain()
        return self

    def receive(self, seen: Mapping[UUID, bool] | None = None) -> Story:
        papers = {paper.id: True for paper in pending_papers(self.case)}
        return self.do(cases.receive_papers, self.cast.wang, seen=seen or papers, request_id=uuid7())

    # -- the department and the desk ------------------------------------------------------

    def decide(self, *, approve: bool = True) -> Story:
        self.do(cases.accept, self.cast.officer)
        if approve:
            return self.do(cases.approve, self.cast.officer)
        remedy = rules.remedy(department=self.case.department.name)
        return self.do(cases.refuse, self.cast.officer, reason="通风设施不符合卫生标准", remedy=remedy)

    def hand_over(self) -> Story:
        desk, taker = (Desk.STATION, self.cast.station) if self.case.result_way == "door" else (Desk.WINDOW, self.cast.wang)
        given = cases.give_list(case_ids=[self.case.id], desk=desk, at=self.tick(), by=self.cast.officer)
        cases.hand_over(list_id=given.id, found={self.case.document_serial or ""}, at=self.tick(), by=taker)
        drain()
        return self

    def close_parcel(self) -> Order:
        parcel = self.case.parcels.get(left_at=None).parcel
        cases.close_parcel(parcel_id=parcel.id, at=self.tick(), by=self.cast.station)
        drain()
        return self.result_order()

    def result_order(self) -> Order:
        link = self.case.orders.filter(leg="result").order_by("placed_at").last()
        assert link is not None
        return delivery.by_id(link.order_id)

    def bag(self, order: Order, waybill: str, *, serials: tuple[str, ...] = ()) -> None:
        """The carrier's number, the double scan, the label, the bag; the bag posts what our own door gets."""
        mail.note_waybill(order_id=order.id, waybill_no=waybill, at=self.now, by=SYSTEM)
        for serial in serials:
            mail.match_envelope(order_id=order.id, contents_serial=serial, envelope_serial=f"E{waybill}", at=self.now, by=self.cast.station)
        mail.note_label_printed(order_id=order.id, template="76x130", at=self.now, by=self.cast.station)
        mail.seal_bag(outlet=order.origin_outlet, seal_no=f"S{waybill}", order_ids=[order.id], at=self.tick(), by=self.cast.station)
        drain()

    # -- the mail -------------------------------------------------------------------------

    def carry(self, waybill: str, *kinds: str) -> None:
        """The carrier's events, each told twice."""
        for kind in kinds:
            row = seen(waybill, kind, self.tick())
            for _ in range(2):
                mail.record_scans([row], at=self.now, by=SYSTEM)
                drain()

    def task(self, order: Order) -> Task:
        return Task.objects.get(order_id=order.id, ended_at=None)

    def go_out(self, order: Order) -> Task:
        """Zhao takes the item to the door."""
        task = self.task(order)
        dispatch.take(task_id=task.id, at=self.tick(), by=self.cast.zhao)
        dispatch.go_out(task_id=task.id, at=self.tick(), by=self.cast.zhao, request_id=uuid7())
        drain()
        return task

    def deliver(self, order: Order) -> Story:
        task = self.go_out(order)
        dispatch.finish_deliver(
            task_id=task.id, signer="addressee", code=delivery.pickup_code_of(order.id), at=self.tick(), by=self.cast.zhao,
            request_id=uuid7(),
        )  # fmt: skip
        drain()
        return self

    def bring_again(self, order: Order) -> Story:
        """The item is still with Zhao: a new task, no new way out."""
        task = self.task(order)
        dispatch.take(task_id=task.id, at=self.tick(), by=self.cast.zhao)
        dispatch.finish_deliver(
            task_id=task.id, signer="addressee", code=delivery.pickup_code_of(order.id), at=self.tick(), by=self.cast.zhao,
            request_id=uuid7(),
        )  # fmt: skip
        drain()
        return self

    def nobody_home(self, order: Order) -> Story:
        task = self.go_out(order)
        dispatch.fail(task_id=task.id, reason="103", at=self.tick(), by=self.cast.zhao, request_id=uuid7())
        drain()
        return self

    def move(self, order: Order, verb: Verb, by: Any, **over: Any) -> Story:
        """A hand-over at a desk."""
        mail.record_handover(order_id=order.id, verb=verb, at=self.tick(), by=by, request_id=uuid7(), **over)
        drain()
        return self

    def said(self) -> list[str]:
        """What was said about the case and its mails, in order."""
        subjects = [f"case:{self.case_id}", *(f"order:{link.order_id}" for link in self.case.orders.all())]
        return list(Notice.objects.filter(subject__in=subjects).order_by("created_at", "id").values_list("template", flat=True))


def result_in_the_mail(cast: Cast, waybill: str, **over: Any) -> tuple[Story, Order]:
    """Lin's licence, approved and at the delivery office."""
    story = Story(cast).apply(**over).receive().decide().hand_over()
    order = story.close_parcel()
    story.bag(order, waybill, serials=(story.case.document_serial or "",))
    story.carry(waybill, "in_transit", "at_delivery_office")
    assert story.case.state == State.HANDED_OVER
    return story, order
