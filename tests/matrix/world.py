"""What is knocked at: real objects of Bozhou in the middle of their story, made by the real actions and committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from govpost.cases import actions as cases
from govpost.cases.models import HandoverList, Parcel
from govpost.cases.rules import Desk
from govpost.cases.states import State
from govpost.cases.testing import SYSTEM, Cast, counter_draft, make_case, make_cast, taken_in
from govpost.catalogue import actions as catalogue
from govpost.catalogue import keeping
from govpost.common.clock import shanghai_day
from govpost.delivery import actions as mail
from govpost.delivery.models import Bag, Unclear
from govpost.delivery.rules import Place
from govpost.delivery.testing import make_order, seen
from govpost.dispatch.models import Task
from govpost.journal.testing import drain
from govpost.parties import actions as parties
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff
from govpost.places.testing import AT, LOADER, make_closed_outlet
from govpost.retention import actions as retention
from govpost.retention.testing import make_certificate
from govpost.settlement import actions as settlement
from govpost.settlement.models import Agreement, Tariff
from govpost.settlement.rules import last_month
from govpost.settlement.testing import make_change
from tests.journeys.case_inside import Story, result_in_the_mail

NO_ID, NO_NUMBER = UUID(int=1), "GP260302-ZZZZZZZZ"
TOKEN = "0" * 32


@dataclass(frozen=True, slots=True)
class World:
    """The cast, and by name the value that an address needs: an id or a number."""

    cast: Cast
    objects: dict[str, str]

    def missing(self, kind: str) -> str:
        """A value of the same form that belongs to nothing."""
        known = self.objects[kind]
        return str(NO_ID) if len(known) == len(str(NO_ID)) and known.count("-") == 4 else NO_NUMBER


def make_world() -> World:
    cast = make_cast()
    collecting = Story(cast).apply(paper_way="door")
    mailed, order = result_in_the_mail(cast, "1110000000001")
    open_list = _listed(cast, Desk.STATION)
    window_list = _listed(cast, Desk.WINDOW)
    parcel = Story(cast, case_id=make_case(cast, State.HANDED_OVER, address=_elsewhere()).id)
    fetched = make_case(cast, State.HANDED_OVER, result_way="window")
    closed = make_case(cast, State.CLOSED, result_way="window")
    draft = make_case(cast, State.DRAFT)
    at_the_counter = counter_draft(cast)
    papers_list = _papers_listed(cast)
    lying = make_order(
        at=AT, waybill_no="1110000000002", contents=("L-1",), origin=Place("341602", "SL341600S1"),
        organisation_id=mailed.case.department_id,
    )  # fmt: skip
    mail.record_scans([seen("1110000000001", None, AT)], at=AT, by=SYSTEM)
    drain()
    objects = {
        "draft": str(draft.id), "case": mailed.number, "collecting": collecting.number, "waiting": fetched.number or "",
        "closed": closed.number or "", "order": order.number, "lying": lying.number, "bag": Bag.objects.get().number,
        "collect task": str(collecting.task(collecting.papers_order()).id), "deliver task": str(Task.objects.get(order_id=order.id).id),
        "list": str(open_list.id), "window list": str(window_list.id),
        "parcel": str(Parcel.objects.get(contents__case_id=parcel.case_id).id),
        "party": str(cast.lin_party.id), "counter draft": str(at_the_counter.id), "papers list": str(papers_list.id),
        "unclear": str(Unclear.objects.get(waybill_no="1110000000001").id), "service": cast.service.code,
        "service not everywhere": "000192001000",
        "an outlet": "SL341602D1", "a closed outlet": make_closed_outlet("SL-GONE", at=AT).code, "a hall": "HALL341601",
        "implementing item": cast.service.task_code, "proposal": str(_proposal(cast)),
        "agreement": str(Agreement.objects.get(number="EX-AG-BZ-04").id), "tariff": str(Tariff.objects.get(code="EX-BOZHOU-DEPT").id),
        "statement": _stated(mailed.case.department_id), **_people(), **_kept(),
    }  # fmt: skip
    return World(cast, objects)


def _people() -> dict[str, str]:
    """Somebody with a role, somebody who left, a department and its key: what an administrator of Bozhou looks after."""
    person, leaver = make_staff(Role.QUALITY, organisation="bozhou-post"), make_staff(organisation="bozhou-health")
    parties.deactivate_staff(staff_id=leaver.id, at=AT, by=LOADER)
    health = Organisation.objects.get(code="bozhou-health")
    key, _text = parties.make_partner_key(name="示例", organisation=health, region="34.3416", at=AT, by=LOADER)
    return {
        "person": str(person.id), "leaver": str(leaver.id), "role": str(person.role_grants.get().id), "organisation": str(health.id),
        "key": str(key.id),
    }  # fmt: skip


def _kept() -> dict[str, str]:
    """Something that a dispute keeps in Bozhou, and the certificate of a night."""
    hold = cases.hold(on="region", value="34.3416.341621", why="示例复议", at=AT, by=SYSTEM)
    period = retention.set_period(kind="messages", days=400, effective_on=date(2099, 1, 1), why="示例", at=AT, by=SYSTEM)
    return {"hold": str(hold.id), "period": str(period.id), "certificate": make_certificate(at=AT).number}


def _proposal(cast: Cast) -> UUID:
    """The next version of the cast's own item, handed in by nobody of the seats."""
    [document] = keeping.documents([cast.service])
    later = {"version": cast.service.version + 1, "valid_from": "2099-01-01", "valid_to": None}
    made = catalogue.propose(document=document | later, at=AT, by=SYSTEM)
    return catalogue.submit_proposal(proposal_id=made.id, at=AT, by=SYSTEM).id


def _listed(cast: Cast, desk: Desk) -> HandoverList:
    case = make_case(cast, State.APPROVED, result_way="door" if desk is Desk.STATION else "window")
    return cases.give_list(case_ids=[case.id], desk=desk, at=AT, by=cast.officer)


def _stated(organisation: UUID) -> str:
    """The number of a department's statement for the month before."""
    change = make_change(
        account=f"department:{organisation}", payer="department", occurred_at=(AT - timedelta(days=40)).isoformat(),
        known_at=(AT - timedelta(days=40)).isoformat(),
    )  # fmt: skip
    settlement.post_changes([change], by=SYSTEM)
    [made] = settlement.make_statements(month=last_month(shanghai_day(AT)), at=AT, by=SYSTEM)
    return made.number


def _papers_listed(cast: Cast) -> HandoverList:
    from govpost.cases import actions as cases

    return cases.give_papers(case_ids=[taken_in(cast).id], at=AT, by=cast.wang)


def _elsewhere() -> object:
    from dataclasses import replace

    from govpost.cases.testing import HOME

    return replace(HOME, street="示例街 9 号")
