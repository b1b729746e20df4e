"""Shapes of what partners send and get (msgspec): validated on the way in, documented in `openapi.json` from the same types."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Name = Annotated[str, Meta(min_length=1, max_length=60)]
Phone = Annotated[str, Meta(pattern=r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$")]
Division = Annotated[str, Meta(pattern=r"^\d{6}$", description="County, GB/T 2260")]
Line = Annotated[str, Meta(min_length=2, max_length=200)]
Number = Annotated[str, Meta(min_length=5, max_length=40)]
Short = Annotated[str, Meta(max_length=64)]
Moment = Annotated[datetime, Meta(tz=True)]


class PartyIn(Struct, forbid_unknown_fields=True):
    """One end of an order."""

    name: Name
    phone: Phone
    division: Division
    street: Line
    postcode: Annotated[str, Meta(pattern=r"^\d{6}$")] | None = None


class OrderIn(Struct, forbid_unknown_fields=True):
    """A mail without a case here: your reference, the item's code of the catalogue, both ends."""

    ref: Annotated[str, Meta(min_length=1, max_length=80, description="Your own reference; unguessable is better")]
    item: Annotated[str, Meta(pattern=r"^\d{12}$", description="Catalogue code of the service item")]
    recipient: PartyIn
    sender: PartyIn
    weight_g: Annotated[int, Meta(ge=1, le=30_000)] = 50
    contents: Annotated[list[Short], Meta(max_length=20)] = []
    payer: str | None = None
    batch: Short = ""


class OrderOut(Struct):
    number: str
    ref: str
    state: str
    state_at: datetime
    version: int
    direction: str
    item: str
    door: str
    waybill_no: str | None
    payer: str
    payer_reason: str
    price_fen: int
    placed_at: datetime
    promised_at: datetime | None
    collected_at: datetime | None
    delivered_at: datetime | None
    attempts: int
    recipient: str
    recipient_phone: str


class PlacedOut(Struct):
    number: str
    ref: str
    new: bool
    payer: str
    payer_reason: str
    price_fen: int
    promised_at: datetime | None


class CancelIn(Struct, forbid_unknown_fields=True):
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class EventOut(Struct):
    occurred_at: datetime
    known_at: datetime
    kind: str
    code: str
    name: str
    place: str
    voided: bool


class TrackingOut(Struct):
    number: str
    waybill_no: str | None
    state: str
    state_at: datetime
    promised_at: datetime | None
    delivered_at: datetime | None
    events: list[EventOut]


class ScanIn(Struct, forbid_unknown_fields=True):
    """One event of a mail: its number (ours or the carrier's), the state it means, when and where it happened."""

    number: Number
    kind: Annotated[str, Meta(max_length=30, description="A mail state; anything else is kept and shown, never guessed")]
    occurred_at: Moment
    code: Short = ""
    place_code: Short = ""
    place_name: Short = ""
    signer: Short = ""
    reason: Short = ""
    note: Annotated[str, Meta(max_length=300)] = ""
    effect: bool = True


class ScansIn(Struct, forbid_unknown_fields=True):
    rows: Annotated[list[ScanIn], Meta(min_length=1, max_length=5000)]


class RowOut(Struct):
    status: str
    reason: str


class ScansOut(Struct):
    accepted: int
    duplicate: int
    unclear: int
    voided: int
    rows: list[RowOut]


class PayerOut(Struct):
    """Who pays the postage of one way, why, and what it rests on."""

    payer: str
    reason: str
    basis: str
    price_fen: int | None = None


class ApplicantIn(Struct, forbid_unknown_fields=True):
    """Whom your platform has signed in: you vouch for name and number."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    id_number: Annotated[str, Meta(min_length=5, max_length=20)]
    phone: Phone
    id_type: Annotated[str, Meta(pattern=r"^\d{3}$", description="111 resident identity card, 001 unified social credit code")] = "111"


class PlaceIn(Struct, forbid_unknown_fields=True):
    """A county and a street, to ask whether a courier comes there."""

    division: Division
    street: Line


class DoorIn(Struct, forbid_unknown_fields=True):
    """Where the courier finds the applicant, and whom to ask for."""

    name: Name
    phone: Phone
    division: Division
    street: Line


class WindowIn(Struct, forbid_unknown_fields=True):
    """A collection window as it was offered."""

    start: Moment
    end: Moment


class ApplicationIn(Struct, forbid_unknown_fields=True):
    """An application of somebody who applies on your platform; what is asked for stands in the service."""

    service: Annotated[str, Meta(pattern=r"^(\d{12}|[0-9A-Z]{31})$", description="Base code of 12 digits or implementing code")]
    applicant: ApplicantIn
    answers: Annotated[dict[str, Annotated[str, Meta(max_length=2000)]], Meta(description="subject, premises, details")]
    result_way: Annotated[str, Meta(description="door or window, as the service offers")]
    notice_version: Annotated[str, Meta(max_length=40, description="The notice that was shown and confirmed before choosing")]
    screen: Annotated[Literal["computer", "mobile"], Meta(description="On what the applicant applied")]
    paper_way: Annotated[str, Meta(description="door or bring, as the service offers; none where no paper is asked for")] = "none"
    window: WindowIn | None = None
    address: DoorIn | None = None
    hall: Annotated[str, Meta(max_length=40, description="Where papers are brought and the result is fetched; else the nearest")] = ""


class CorrectionIn(Struct, forbid_unknown_fields=True):
    """The answer to the one request for corrections; answers that are left out stay."""

    answers: Annotated[dict[str, Annotated[str, Meta(max_length=2000)]], Meta(description="subject, premises, details")] = {}
    paper_way: str = "none"
    window: WindowIn | None = None
    address: DoorIn | None = None


class ServiceOut(Struct):
    code: str
    task_code: str
    name: str
    name_en: str
    department: str
    subject: str
    directions: list[str]


class ServicesOut(Struct):
    items: list[ServiceOut]


class PaperOut(Struct):
    name: str
    name_en: str
    copies: int
    required: bool
    waived: bool
    on_paper: bool


class NoticeOut(Struct):
    """What is shown before the choice; its version is confirmed with the application."""

    version: str
    text: str


class HallOut(Struct):
    """A hall whose window takes the item; division: its county."""

    code: str
    name: str
    division: str
    address: str
    hours: str
    phone: str


class GuideOut(ServiceOut):
    """What the applicant must know before choosing."""

    summary: str
    papers: list[PaperOut]
    terms: list[str]
    paper_ways: list[str]
    result_ways: list[str]
    payers: dict[str, PayerOut]
    hall: str
    hall_address: str
    halls: list[HallOut]
    notice: NoticeOut


class OfferedWindowOut(Struct):
    start: datetime
    end: datetime
    left: int
    open: bool


class ReachOut(Struct):
    """Whether a courier collects at an address, why not, and the windows of the days that come into question."""

    offered: bool
    reason: str
    note: str
    outlet: str
    windows: list[OfferedWindowOut]


class MailOut(Struct):
    number: str
    leg: str
    state: str


class LineOut(Struct):
    """One line of a case's story."""

    at: datetime
    words: str
    who: str
    number: str
    voided: bool


class TurnOut(Struct):
    who: str
    sentence: str
    since: datetime


class StoryOut(Struct):
    """Everything that happened to a case and its mail, whose turn it is, and what travels."""

    number: str
    state: str
    turn: TurnOut
    mail: list[MailOut]
    lines: list[LineOut]


class CaseOut(Struct):
    number: str
    service: str
    state: str
    version: int
    submitted_at: datetime | None
    papers_received_at: datetime | None
    accepted_at: datetime | None
    decided_at: datetime | None
    closed_at: datetime | None
    decide_due_on: date | None
    light: str
    paper_way: str
    result_way: str
    notice_version: str
    payers: dict[str, PayerOut]


class PageOut(Struct):
    """A page of a list; `next` is the cursor of the following page, "" at the end."""

    items: list[Any]
    next: str
