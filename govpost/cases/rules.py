"""What the law and the house say about a case, with reasons: pure. Every refusal names its clause where there is one.

Clauses of 行政许可法: 29 (an application may come by post), 32 (corrections once), 38 (a refusal has reasons), 44 (delivery),
58 (no charge). They bind licences only; other items follow their own law. The terms stand in `clocks.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from govpost.cases.intake import Checklist, Comer
from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.delivery import reasons
from govpost.delivery.rules import ANY_SIGNER
from govpost.delivery.states import State as Mail
from govpost.parties.roles import Role
from govpost.profiles.rules import Window

MAY: dict[str, frozenset[Role]] = {
    # For somebody else: at the window, or by another portal. The applicant's own right is the relation, not a role.
    "apply": frozenset({Role.CLERK, Role.INTEGRATOR}),
    "cancel_collection": frozenset({Role.CLERK, Role.INTEGRATOR}),
    "order_collection_again": frozenset({Role.CLERK, Role.INTEGRATOR}),
    "take_in": frozenset({Role.CLERK}),
    "undo_intake": frozenset({Role.CLERK}),
    "record_contact": frozenset({Role.CLERK}),
    "give_papers": frozenset({Role.CLERK}),
    "take_papers": frozenset({Role.OFFICER}),
    "change_result_way": frozenset({Role.CLERK, Role.INTEGRATOR, Role.STATION}),
    "withdraw": frozenset({Role.CLERK, Role.INTEGRATOR}),
    "receive_papers": frozenset({Role.CLERK}),
    "return_papers": frozenset({Role.CLERK}),
    "request_correction": frozenset({Role.OFFICER}),
    "accept": frozenset({Role.OFFICER}),
    "not_accept": frozenset({Role.OFFICER}),
    "approve": frozenset({Role.OFFICER}),
    "refuse": frozenset({Role.OFFICER}),
    "give_list": frozenset({Role.OFFICER}),
    "hand_over_station": frozenset({Role.STATION}),
    "hand_over_window": frozenset({Role.CLERK}),
    "close_parcel": frozenset({Role.STATION}),
    "hand_out": frozenset({Role.CLERK, Role.STATION}),
    "bring_in": frozenset(),  # an import, by whoever runs the installation
    "accept_silently": frozenset(),  # by time
    "terminate": frozenset(),  # by time
    "follow_orders": frozenset(),  # by the post's facts
    "forget": frozenset(),  # by time
    "hold": frozenset({Role.ADMIN}),
    # Looking.
    "see_window": frozenset({Role.CLERK, Role.STATION}),
    "see_department": frozenset({Role.OFFICER}),
    "see_all": frozenset({Role.SUPERVISOR}),
    "see_own_intake": frozenset({Role.INTEGRATOR}),
}
LOOK = MAY["see_window"] | MAY["see_department"] | MAY["see_all"] | MAY["see_own_intake"]


class PaperWay(StrEnum):
    """How the papers travel."""

    DOOR = "door"
    BRING = "bring"
    NONE = "none"


class ResultWay(StrEnum):
    """How the result comes: an equal choice."""

    DOOR = "door"
    WINDOW = "window"


class PaperStatus(StrEnum):
    """Where one paper of a case is."""

    EXPECTED = "expected"
    ON_THE_WAY = "on_the_way"
    RECEIVED = "received"
    MISSING = "missing"
    RETURNED = "returned"
    ELECTRONIC = "electronic"  # a licence or an electronic copy stands for it
    WAIVED = "waived"


PAPERS_HELD = (PaperStatus.RECEIVED, PaperStatus.ON_THE_WAY)  # what is to go back once the case has ended early


class Channel(StrEnum):
    """Where the application was made."""

    PORTAL = "portal"
    WINDOW = "window"
    PARTNER = "partner"


class Leg(StrEnum):
    """What an order carries for a case."""

    PAPERS = "papers"
    RESULT = "result"
    RETURNED_PAPERS = "returned_papers"


class Flag(StrEnum):
    """Something for a person; an empty flag is none."""

    SIGNER_NOT_ALLOWED = "signer_not_allowed"
    LOST = "lost"
    PAPERS_LOST = "papers_lost"


class Desk(StrEnum):
    """Who takes a list over: results go to the post's station desk, or to the window for those who fetch; papers to the department."""

    STATION = "station"
    WINDOW = "window"
    DEPARTMENT = "department"


FOR_RESULTS = (Desk.STATION, Desk.WINDOW)


# -- examining --------------------------------------------------------------------


def papers_here(*, clock_started: bool) -> Decision:
    """The department's examination begins when the window has received the papers, not when they left the door."""
    if clock_started:
        return allow("papers_here", basis="行政许可法 32")
    return deny("papers_not_here", Text("The papers have not been received by the window yet."), "行政许可法 32")


def may_request_correction(*, requested_before: bool, clock_started: bool, items: Iterable[str]) -> Decision:
    """All corrections are told at once: a second request is not lawful."""
    if requested_before:
        return deny(
            "correction_once",
            Text("Corrections were requested before. The law lets you ask once, for everything: accept or do not accept now."),
            "行政许可法 32",
        )
    if not any(item.strip() for item in items):
        return deny("correction_empty", Text("Name every point to be corrected; they are told at once."), "行政许可法 32")
    return papers_here(clock_started=clock_started)


def may_decide(*, reason: str, remedy: str) -> Decision:
    """Not accepting and refusing need a reason and the ways to have it reviewed."""
    if not reason.strip():
        return deny("reason_missing", Text("Say why, in words the applicant understands."), "行政许可法 38")
    if not remedy.strip():
        return deny(
            "remedy_missing",
            Text("Tell the applicant how to have the decision reviewed (行政复议、行政诉讼)."),
            "行政许可法 38",
        )
    return allow("reasoned", basis="行政许可法 38")


def remedy(*, department: str) -> str:
    """The usual instruction on remedies (行政复议法 20, 行政诉讼法 46) in Chinese, as it is printed; the officer checks it."""
    return (
        f"如不服本决定，可自收到之日起六十日内向{department}的本级人民政府申请行政复议，"
        "或者自收到之日起六个月内依法向人民法院提起行政诉讼。"
    )


# -- the applicant's choice ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NoticeText:
    """What the applicant is told before choosing; version and moment are kept with the case. Never edited, only followed."""

    version: str
    text: Text
    zh: str


NOTICE = NoticeText(
    "2026-1",
    Text(
        "Sending papers and results by post is voluntary. Bringing and fetching them yourself costs no postage and changes nothing "
        "about the decision or its term. Who pays the postage, and why, stands beside each choice. The courier counts your papers "
        "by neutral labels and does not read them. The post learns your name, telephone and address only."
    ),
    "寄递为自愿选择：您也可以自行送交材料、自行领取结果，无需邮费，不影响办理结果和办理时限。每种方式旁均注明邮费由谁承担及其依据。"
    "揽投员按中性标签清点材料，不阅读内容；邮政企业仅获得您的姓名、电话和地址。",
)
NOTICES: Mapping[str, NoticeText] = {NOTICE.version: NOTICE}


def notice_read(version: str) -> Decision:
    """The choice counts only after the notice that is in force was shown."""
    if version == NOTICE.version:
        return allow("notice_read", basis="行政许可法 58")
    return deny("notice_not_read", Text("Read the notice about sending by post and confirm it."), "行政许可法 58")


def may_order_again(*, mail_state: str | None, next_attempt: bool, reason: str) -> Decision:
    """Whether another courier may be ordered, by how the latest collection of these papers stands (None: there never was one)."""
    if mail_state is None:
        return deny("no_collection", Text("No courier was ordered for these papers. Please bring them to the window."))
    if mail_state != Mail.CANCELLED and (mail_state != Mail.PICKUP_FAILED or next_attempt):
        return deny("collection_stands", Text("A courier is coming already, or has the papers. Reload the page to see where they are."))
    if not reasons.may_order_again(reason):
        return deny("not_collectable", Text("A courier cannot collect these papers. Please bring them to the window."))
    return allow("may_order_again", basis="行政许可法 29")


REQUIRED_ANSWERS: Mapping[str, Text] = {
    "subject": Text("Say what you apply for: the name of the place, business or project."),
    "premises": Text("Enter the address of the place that the application is about."),
}
ANSWER_KEYS = (*REQUIRED_ANSWERS, "details")
_LONGEST = 2000


def check_answers(answers: Mapping[str, str]) -> dict[str, Text]:
    """What is wrong with the answers, by field; empty when they are complete."""
    errors = {key: sentence for key, sentence in REQUIRED_ANSWERS.items() if not answers.get(key, "").strip()}
    for key, value in answers.items():
        if len(value) > _LONGEST:
            errors[key] = Text("This answer is too long: use at most %(longest)s characters.", {"longest": _LONGEST})
    return errors


@dataclass(frozen=True, slots=True)
class Address:
    """Where papers are fetched and the result is brought: name, telephone, county (GB/T 2260) and the rest as one line."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    division: str
    street: str = field(repr=False)

    def to_json(self) -> dict[str, str]:
        return {"name": self.name, "phone": self.phone, "division": self.division, "street": self.street}

    @classmethod
    def from_json(cls, data: Mapping[str, str]) -> Address:
        return cls(data["name"], data["phone"], data["division"], data["street"])


@dataclass(frozen=True, slots=True)
class Form:
    """What an applicant fills in; a draft may lack anything. window: the collection window, for papers fetched at the door."""

    answers: Mapping[str, str] = field(default_factory=dict, repr=False)
    address: Address | None = field(default=None, repr=False)
    paper_way: str = ""
    result_way: str = ""
    window: Window | None = None
    checklist: Checklist | None = None  # what the window marked; None leaves what was marked before
    comer: Comer | None = field(default=None, repr=False)  # who came to the window; None leaves what was said before
    hall: str = ""  # code of the hall that the applicant chose; "" leaves the one that stands


_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_NAME_LONGEST = 50


def check_address(address: Address | None) -> dict[str, Text]:
    """What is wrong with name and telephone, by field; the street and county are checked by `places`."""
    if address is None:
        return {"street": Text("Enter the address at which the courier finds you.")}
    errors: dict[str, Text] = {}
    if not 1 <= len(address.name.strip()) <= _NAME_LONGEST:
        errors["name"] = Text("Enter the name of the person whom the courier should ask for.")
    if not _PHONE.fullmatch(address.phone.strip()):
        errors["phone"] = Text("Enter a mobile number of 11 digits, or a landline with its area code.")
    return errors


@dataclass(frozen=True, slots=True)
class Choice:
    """How papers and result travel, as the applicant wants it."""

    paper_way: str
    result_way: str


def check_choice(choice: Choice, *, papers_wanted: bool, paper_ways: Iterable[str], result_ways: Iterable[str]) -> dict[str, Text]:
    """What is wrong with the choice, by field. papers_wanted: whether the item asks for any paper on paper."""
    errors: dict[str, Text] = {}
    if papers_wanted and choice.paper_way not in paper_ways:
        errors["paper_way"] = Text("Choose how your papers reach the window.")
    if not papers_wanted and choice.paper_way != PaperWay.NONE:
        errors["paper_way"] = Text("This item needs no papers: nothing has to be brought or fetched.")
    if choice.result_way not in result_ways:
        errors["result_way"] = Text("Choose how the result comes to you.")
    return errors


def applicant_fits(*, subject: str, kind: str) -> Decision:
    """Whether the item is for this kind of applicant. subject: "natural", "legal" or "both"; kind: "natural" or "legal"."""
    if subject in ("both", kind):
        return allow()
    if subject == "legal":
        return deny("for_organisations", Text("Only enterprises and organisations apply for this item. Sign in for yours."))
    return deny("for_persons", Text("Only natural persons apply for this item. Sign in as yourself."))


# -- results ----------------------------------------------------------------------


def may_hand_out(*, identity_checked: bool, in_the_mail: bool) -> Decision:
    """The window gives a result to the applicant, or whom the applicant sent, after looking at an identity document."""
    if in_the_mail:
        return deny("in_the_mail", Text("The result has been posted. It can be fetched where it is kept."))
    if not identity_checked:
        return deny("identity_not_checked", Text("Look at the identity document of who fetches the result, and confirm it."))
    return allow("may_hand_out", basis="行政许可法 44")


def may_fetch(*, signers: Iterable[str], signer: str, basis: str = "") -> Decision:
    """At the window the applicant in person may always take the result; an agent only where the item's rule lets one sign."""
    allowed = set(signers)
    if signer == "addressee" or ANY_SIGNER in allowed or signer in allowed:
        return allow("may_fetch", basis=basis)
    return deny("signer_not_allowed", Text("This item is handed to the applicant in person only. Ask the applicant to come."), basis)


def may_give(*, result_way: str, desk: str) -> Decision:
    """Results that are posted go to the station desk, those that are fetched go to the window."""
    fits = {ResultWay.DOOR: Desk.STATION, ResultWay.WINDOW: Desk.WINDOW}
    if fits[ResultWay(result_way)] == desk:
        return allow()
    return deny("wrong_desk", Text("This result goes to the other desk: the applicant chose how it comes."))


def signer_of(relation: str) -> str:
    """Who fetched at the window, by the names of the mail room's signers."""
    return relation if relation in ("addressee", "agent") else "addressee"
