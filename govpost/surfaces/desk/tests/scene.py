"""A busy Monday in Bozhou for pictures and audits: cases in every state, lists, parcels, bags, late instructions, rates, charges."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from govpost.cases import actions as cases
from govpost.cases.models import Case
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, counter_draft, make_case, make_cast, make_form, receive, taken_in
from govpost.common.actor import Actor
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import uuid7
from govpost.delivery import actions as mail
from govpost.delivery import queries as delivery
from govpost.delivery.models import Bag, Order
from govpost.delivery.rules import Place
from govpost.delivery.states import Verb
from govpost.delivery.testing import make_order, seen
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.parties import actions as parties
from govpost.parties.roles import Role
from govpost.parties.testing import LIN_PHONE, make_enterprise_claims, person
from govpost.retention import actions as retention
from govpost.retention.testing import make_certificate
from govpost.settlement.models import Agreement, Tariff
from govpost.surfaces.desk.testing import as_actor, as_new, found

COUNTER = ("draft", "check", "notice", "phone")
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CARDS = (
    "受理号,姓名,手机号,地址,备注\n"
    "SL-1,林示例,15400000001,安徽省亳州市谯城区示例街道 2 号,\n"
    "SL-2,钱示例,1,安徽省亳州市谯城区示例街道 3 号,\n"
)
NAMES = {
    "collected": "已收寄", "in_transit": "运输中", "at_delivery_office": "到达投递机构", "delivered": "已妥投", "at_pickup_point": "待领取",
}  # fmt: skip
CONFIGURATION = (
    "services", "service_import", "proposals", "outlets", "outlet_new", "halls", "hall_new", "calendars", "notice_new", "tariffs",
    "tariff_new", "agreements", "agreement_new", "carriers", "ruling_new", "retention",
)  # fmt: skip


class Scene:
    """Builds everything once; `pages()` names each page with a browser that may see it."""

    def __init__(self) -> None:
        self.cast, self.now = make_cast(), now()
        self.salon = replace(self.cast, lin=self._enterprise("亳州示例美容有限公司"))
        self.hotel = replace(self.cast, lin=self._enterprise("亳州示例宾馆管理有限公司"))
        self._cases()
        self._mail()
        drain()
        self._outside()
        self._kept()
        drain()

    def _enterprise(self, name: str) -> Actor:
        claims = make_enterprise_claims(name=name)
        return person(parties.sign_in(claims=claims, at=self.now - 40 * DAY, by=SYSTEM))

    def _make(self, cast: Cast, state: State, ago: timedelta, **over: str) -> Case:
        return make_case(cast, state, at=self.now - ago, **over)

    def _cases(self) -> None:
        make, S = self._make, State  # noqa: N806
        cast, salon = self.cast, self.salon
        self.coming = make(salon, S.SUBMITTED, 2 * DAY, paper_way="door")
        self._collect(self.coming)
        self.brought = make(cast, S.SUBMITTED, 5 * HOUR)
        self.ordered = [make(who, S.SUBMITTED, ago, paper_way="door") for who, ago in ((cast, 7 * HOUR), (salon, 3 * HOUR))]
        self.red = receive(cast, make(salon, S.SUBMITTED, 30 * DAY), self.now - 29 * DAY)
        self.fresh = receive(cast, make(cast, S.SUBMITTED, 2 * DAY), self.now - DAY)
        self.corrected = self._correct_twice()
        self.accepted = make(salon, S.ACCEPTED, 6 * DAY)
        self.decided = [make(who, S.APPROVED, 3 * DAY) for who in (cast, salon)]
        self.window_decided = make(salon, S.REFUSED, 3 * DAY, result_way="window")
        self.waiting = make(cast, S.HANDED_OVER, 4 * DAY, result_way="window")
        self.withdrawn = make(cast, S.SUBMITTED, 3 * DAY)
        receive(cast, self.withdrawn, self.now - 2 * DAY)
        cases.withdraw(case_id=self.withdrawn.id, at=self.now - DAY, by=cast.lin)
        self.closed = make(salon, S.CLOSED, 9 * DAY, result_way="window")
        self.to_list = make(cast, S.APPROVED, 2 * DAY)
        self.at_the_counter = counter_draft(cast, at=self.now - HOUR, missing=1)
        self.taken_in = taken_in(cast, at=self.now - HOUR, missing=1)
        self.papers_list = cases.give_papers(case_ids=[self.fresh.id], at=self.now - HOUR, by=cast.wang)

    def _collect(self, case: Case) -> None:
        order = delivery.by_id(case.orders.get().order_id)
        checks = delivery.checks_of([order.id])[order.id]
        mail.record_handover(
            order_id=order.id, verb=Verb.COLLECT, at=self.now - DAY, by=SYSTEM, request_id=uuid7(), holder="亳州市邮政速递（示例） 赵**",
            code=delivery.check_code_of(order.id), seen={check.opaque_id: n > 0 for n, check in enumerate(checks)},
        )  # fmt: skip

    def _correct_twice(self) -> Case:
        case = self._make(self.cast, State.CORRECTING, 4 * DAY)
        form = make_form(self.now - 3 * DAY, paper_way="none")
        return cases.resubmit(case_id=case.id, form=form, at=self.now - 3 * DAY, by=self.cast.lin)

    def _mail(self) -> None:
        """Three results at the desk: one parcel open with two cases, one closed and labelled, one delivered and voided."""
        cast, at = self.cast, self.now - 20 * HOUR
        self.list = cases.give_list(case_ids=[self.decided[0].id], desk=Desk.STATION, at=at, by=cast.officer)
        cases.hand_over(list_id=self.list.id, found={self.decided[0].document_serial or ""}, at=at + HOUR, by=cast.station)
        self.open_list = cases.give_list(case_ids=[self.decided[1].id], desk=Desk.STATION, at=at + HOUR, by=cast.officer)
        self.window_list = cases.give_list(case_ids=[self.window_decided.id], desk=Desk.WINDOW, at=at + HOUR, by=cast.officer)
        self.done = self._posted(self._make(self.salon, State.HANDED_OVER, 9 * DAY), "1110000000011", 8 * DAY)
        self.kept = self._posted(self._make(self.hotel, State.HANDED_OVER, 7 * DAY), "1110000000012", 6 * DAY)
        late = [("collected", 7 * DAY), ("in_transit", 6 * DAY), ("at_delivery_office", 5 * DAY), ("delivered", 2 * DAY)]
        self._scan(self.done.waybill_no, late)
        self._scan(self.kept.waybill_no, [("collected", 5 * DAY), ("at_delivery_office", 4 * DAY), ("at_pickup_point", 3 * DAY)])
        void = seen(self.done.waybill_no or "", None, self.now - 2 * DAY, code="delivered", effect=False, note="误操作")
        mail.record_scans([void], at=self.now - DAY, by=SYSTEM)
        self._scan(self.done.waybill_no, [("delivered", DAY)])
        self.packed = self._parcel(self._make(self.salon, State.HANDED_OVER, 3 * DAY), 2 * HOUR)
        unknown = seen(self.kept.waybill_no or "", None, self.now - DAY, code="8X8", name="其他原因滞留")
        mail.record_scans([unknown], at=self.now - DAY, by=SYSTEM)

    def _parcel(self, case: Case, ago: timedelta) -> Order:
        binding = case.parcels.get(left_at=None)
        cases.close_parcel(parcel_id=binding.parcel_id, at=self.now - ago, by=self.cast.station)
        return delivery.by_id(case.orders.get(leg="result").order_id)

    def _posted(self, case: Case, waybill: str, ago: timedelta) -> Order:
        order, station = self._parcel(case, ago), self.cast.station
        at = self.now - ago
        mail.note_waybill(order_id=order.id, waybill_no=waybill, at=at, by=SYSTEM)
        mail.match_envelope(order_id=order.id, contents_serial=order.contents[0], envelope_serial=f"E{waybill}", at=at, by=station)
        mail.note_label_printed(order_id=order.id, template="76x130", at=at, by=station)
        mail.seal_bag(outlet=order.origin_outlet, seal_no=f"FZ{waybill[-4:]}", order_ids=[order.id], at=at + HOUR, by=station)
        order.refresh_from_db()
        return order

    def _scan(self, waybill: str | None, rows: list[tuple[str, timedelta]]) -> None:
        for kind, ago in rows:
            extra = {"name": NAMES[kind], "place_name": "亳州市"} | ({"signer_class": "addressee"} if kind == "delivered" else {})
            mail.record_scans([seen(waybill or "", kind, self.now - ago, **extra)], at=self.now - ago, by=SYSTEM)

    def _corrected(self) -> None:
        """A mail that was told as delivered in time, and days later was not."""
        placed, there = self.now - 6 * DAY, Place("341602", "SL341602D1")
        order = make_order(
            at=placed,
            waybill_no="1110000000013",
            promised_at=placed + 2 * DAY,
            origin=Place("341602", "SL341600S1"),
            destination=there,
            ref="通知 7 号",
        )
        self._scan(order.waybill_no, [("collected", 6 * DAY - HOUR), ("at_delivery_office", 5 * DAY), ("delivered", 5 * DAY - HOUR)])
        void = seen("1110000000013", None, self.now - 5 * DAY + HOUR, code="delivered", effect=False, note="误投")
        mail.record_scans([void], at=self.now - HOUR, by=SYSTEM)

    def _outside(self) -> None:
        """What departments send without a case, and the station's balance of yesterday."""
        self._corrected()
        self.sender = as_new(Role.SENDER, organisation="bozhou-id-centre", name="董示例")
        item = self.sender.get(reverse("desk:send_file")).context["form"].fields["item"].choices[0][0]
        file = SimpleUploadedFile("cards.csv", CARDS.encode("gb18030"), "text/csv")
        self.file = {"item": item, "file": file}
        self.sender.post(reverse("desk:send_file"), self.file)
        mail.balance_day(outlet="SL341600S1", on=shanghai_day(self.now), counted=["GP000000-UNKNOWN0"], at=self.now, by=self.cast.station)

    def _kept(self) -> None:
        """A dispute keeps a case, a night erased drafts, and drafts are to be kept longer."""
        self.hold = cases.hold(on="case", value=self.red.number or "", why="行政复议（示例）2026-3 号", at=self.now - DAY, by=SYSTEM)
        self.certificate = make_certificate(at=self.now - HOUR)
        coming = shanghai_day(self.now) + 30 * DAY
        retention.set_period(kind="drafts", days=120, effective_on=coming, why="窗口要求留存更久", at=self.now, by=SYSTEM)

    def pages(self) -> list[tuple[str, Client, str]]:
        """(name, browser, address) of every page of the desk."""
        clerk, officer, sun = as_actor(self.cast.wang), as_actor(self.cast.officer), as_actor(self.cast.station)
        wu, quality = as_actor(self.cast.supervisor), as_new(Role.QUALITY, organisation="bozhou-post")
        finance, dispatcher = as_new(Role.FINANCE, organisation="bozhou-post"), as_new(Role.DISPATCHER, organisation="bozhou-post")
        keeper = as_new(Role.ADMIN, region="")
        office = [("case", self.fresh), ("case", self.red), ("case", self.corrected), ("case", self.to_list), ("correct", self.fresh)]
        office += [("refuse", self.accepted), ("approve", self.accepted), ("reveal", self.fresh)]
        counter = [("window_case", self.coming), ("window_case", self.brought), ("window_case", self.waiting), ("hand_out", self.waiting)]
        counter += [("papers_receipt", self.fresh), ("result_receipt", self.closed), ("give_back", self.withdrawn)]
        named = [
            *((f"office-{name}-{case.state}-{n}", officer, self._at(name, case)) for n, (name, case) in enumerate(office)),
            *((f"window-{name}-{n}", clerk, self._at(name, case)) for n, (name, case) in enumerate(counter)),
            *((f"counter-{n}", clerk, reverse(f"desk:counter_{n}", args=[self.at_the_counter.id])) for n in COUNTER),
            ("counter-person", clerk, reverse("desk:counter_person", args=[self.cast.lin_party.id]) + "?q=ggcs"),
            ("counter-enter", clerk, reverse("desk:counter_enter")), ("counter-undo", clerk, self._at("counter_undo", self.taken_in)),
            ("counter-receipt", clerk, self._at("counter_receipt", self.taken_in)),
            ("papers-list", clerk, reverse("desk:papers_list", args=[self.papers_list.id])),
            ("papers-count", officer, reverse("desk:count_papers", args=[self.papers_list.id])),
            ("window-wish", clerk, reverse("desk:wish", args=[self.brought.number, "withdraw"])),
            ("window-list", clerk, reverse("desk:window_list", args=[self.window_list.id])),
            ("window-found", clerk, found(clerk, "window", LIN_PHONE)),
            ("window-not-found", clerk, found(clerk, "window", "BJ000000-00000000")),
            ("station-list", sun, reverse("desk:station_list", args=[self.open_list.id])),
            ("list-signed", officer, reverse("desk:handover_list", args=[self.list.id])),
            ("supervision-place", wu, reverse("desk:supervision") + f"?place={self.fresh.region}&light=red"),
            ("supervision-case", wu, self._at("supervised_case", self.corrected)),
            ("supervision-order", wu, self._order("supervised_order", self.kept)),
            ("supervision-mail-none", wu, reverse("desk:supervised_mail") + "?state=lost"),
            ("order-delivered", wu, self._order("order", self.done)), ("order-kept", sun, self._order("order", self.kept)),
            ("order-papers", officer, reverse("desk:order", args=[self.coming.orders.get().number])),
            ("order-packed", sun, self._order("order", self.packed)), ("match", sun, self._order("match", self.packed)),
            ("reprint", sun, self._order("reprint", self.done)), ("fetch", sun, self._order("fetch", self.kept)),
            ("bag", sun, reverse("desk:bag", args=[Bag.objects.order_by("sealed_at")[0].number])),
            ("behind", quality, reverse("desk:behind") + "?kpi=delivery_on_time"),
            ("behind-late", quality, reverse("desk:behind") + "?kpi=delivery_on_time&outcome=late&reason=-&within=34.3416.341602"),
            ("rates-known", quality, reverse("desk:rates") + f"?known={shanghai_day(self.now - DAY)}&within=34.3416.341602"),
            ("retention-class", keeper, reverse("desk:retention_class", args=["drafts"])),
            ("retention-period", keeper, reverse("desk:period_new", args=["drafts"])),
            ("retention-release", keeper, reverse("desk:retention_release", args=[self.hold.id])),
            ("retention-certificate", keeper, reverse("desk:certificate", args=[self.certificate.number])),
            ("account", finance, self._account(finance)), ("task", dispatcher, self._task()),
        ]  # fmt: skip
        admin = as_new(Role.ADMIN)
        named += self._configuration(admin)
        lists: dict[Client, tuple[str, ...]] = {
            admin: CONFIGURATION,
            clerk: ("counter", "counter_intakes", "counter_papers", "window", "window_results"),
            officer: ("cases", "handover"), wu: ("supervision", "supervised_mail", "waiting"),
            sun: ("station", "station_lists", "parcels", "bags", "balance", "unclear"), quality: ("rates", "corrections"),
            finance: ("accounts",), keeper: ("retention_holds", "retention_hold", "retention_certificates"),
            dispatcher: ("dispatch",), self.sender: ("send", "send_file", "sent"),
        }  # fmt: skip
        return [(name, who, reverse(f"desk:{name}")) for who, names in lists.items() for name in names] + named

    def _configuration(self, admin: Client) -> list[tuple[str, Client, str]]:
        """Pages of one thing that an administrator keeps."""
        kept, tariff = Agreement.objects.get(number="EX-AG-BZ-04"), Tariff.objects.get(code="EX-BOZHOU-GOV")
        ones = {"service": self.cast.service.task_code, "proposal_new": self.cast.service.task_code, "agreement": kept.id,
                "agreement_end": kept.id, "tariff": tariff.id, "outlet": "SL341602D1", "hall": "HALL341601"}  # fmt: skip
        return [(name, admin, reverse(f"desk:{name}", args=[key])) for name, key in ones.items()]

    def _at(self, name: str, case: Case) -> str:
        return reverse(f"desk:{name}", args=[case.number])

    def _order(self, name: str, order: Order) -> str:
        return reverse(f"desk:{name}", args=[order.number])

    def _account(self, finance: Client) -> str:
        line, _name = finance.get(reverse("desk:accounts")).context["rows"][0]
        return reverse("desk:account") + f"?account={line.account}"

    def _task(self) -> str:
        return reverse("desk:dispatch_task", args=[Task.objects.order_by("sent_at")[0].id])
