"""Cases, their papers, their mail, parcels and hand-over lists. An order is known by its opaque id only."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Case as Either
from django.db.models import Q, When
from django.db.models.functions import Coalesce

from govpost.cases.clocks import ClockKind
from govpost.cases.intake import Provided
from govpost.cases.rules import Channel, Desk, Flag, Leg, PaperStatus, PaperWay, ResultWay
from govpost.cases.states import UNDER_WAY, State
from govpost.catalogue.models import Paper, Service
from govpost.common.fields import LtreeField
from govpost.common.ids import uuid7
from govpost.licences.models import Licence
from govpost.parties.models import Organisation, Party
from govpost.places.models import Hall


def _choices(*values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for kind in values for value in kind]


def _lit(mark: str) -> models.GeneratedField:
    """The mark of the light that stands: the own term's, else the mail's; a closed case has none."""
    standing = Either(When(state=State.CLOSED.value, then=None), default=Coalesce(mark, f"mail_{mark}"))
    return models.GeneratedField(expression=standing, output_field=models.DateTimeField(null=True), db_persist=True)


IN_HAND = Q(state__in=[s.value for s in UNDER_WAY if s is not State.HANDED_OVER])  # of the department
AT_WINDOW = Q(state__in=[s.value for s in (State.SUBMITTED, State.CORRECTING, State.HANDED_OVER)]) | Q(papers_to_return=True)
WATCHED = Q(state__in=[s.value for s in UNDER_WAY]) | Q(lit_red_at__isnull=False) | Q(flag__gt="")


class Case(models.Model):
    """One application. `sealed` holds {answers, address} and `words` the officer's sentences, each bound to this row.

    What was in force at submission is copied: profile pin, payers with their reasons, notice. `clock` names the term that runs now;
    `amber_at` and `red_at` are the moments at which its light changes; `mail_…` the same of the mail under way that is due first (as
    last heard), `lit_…` those that stand. `clock_from_at` is the receipt that started the department's time, `flag` something for a
    person. `papers_to_return`: it ended early and papers of it are here or under way.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(null=True, unique=True)
    ref = models.TextField(blank=True, default="", db_default="")  # its number in the department's own system, where it came in from there
    state = models.TextField(choices=_choices(State), default=State.DRAFT.value)
    version = models.IntegerField(default=0)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="cases")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, db_index=False, related_name="cases")
    department = models.ForeignKey(Organisation, on_delete=models.PROTECT, db_index=False, related_name="cases")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, db_index=False, related_name="cases")
    region = LtreeField()
    channel = models.TextField(choices=_choices(Channel), default=Channel.PORTAL.value)
    intake_id = models.UUIDField(null=True)  # the organisation that took the application in for the applicant
    clerk_id = models.UUIDField(null=True)  # whoever of it has the draft in hand, or took the application in
    told_at = models.DateTimeField(null=True)  # when the window told once, in writing, what is missing
    sealed = models.BinaryField()
    words = models.BinaryField()
    paper_way = models.TextField(choices=_choices(PaperWay), blank=True)
    result_way = models.TextField(choices=_choices(ResultWay), blank=True)
    window_from = models.DateTimeField(null=True)
    window_to = models.DateTimeField(null=True)
    profile_pin = models.TextField(blank=True, default="")
    payers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    notice_version = models.TextField(blank=True, default="")
    chosen_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    papers_received_at = models.DateTimeField(null=True)
    clock_from_at = models.DateTimeField(null=True)
    correction_requested_at = models.DateTimeField(null=True)
    correction_due_on = models.DateField(null=True)
    resubmitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by_silence = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    accept_due_on = models.DateField(null=True)
    decide_due_on = models.DateField(null=True)
    deliver_due_on = models.DateField(null=True)
    due_confirmed = models.BooleanField(default=True)
    clock = models.TextField(choices=_choices(ClockKind), blank=True, default="")
    amber_at = models.DateTimeField(null=True)
    red_at = models.DateTimeField(null=True)
    mail_amber_at = models.DateTimeField(null=True)
    mail_red_at = models.DateTimeField(null=True)
    lit_amber_at = _lit("amber_at")
    lit_red_at = _lit("red_at")
    papers_to_return = models.BooleanField(default=False, db_default=False)
    licence = models.OneToOneField(Licence, null=True, on_delete=models.PROTECT, related_name="case")
    document_serial = models.TextField(null=True, unique=True)
    closed_by_order = models.UUIDField(null=True)
    flag = models.TextField(choices=_choices(Flag), blank=True, default="")
    forgotten_at = models.DateTimeField(null=True)  # what the applicant and the officer said was erased after its period

    service_id: UUID
    party_id: UUID
    department_id: UUID
    hall_id: UUID
    licence_id: UUID | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state=State.DRAFT.value) | Q(number__isnull=False), name="case_submitted_has_number"),
            models.CheckConstraint(
                condition=~Q(state=State.ACCEPTED.value) | Q(accepted_at__isnull=False), name="case_accepted_has_moment"
            ),
            models.CheckConstraint(condition=~Q(state=State.CLOSED.value) | Q(closed_at__isnull=False), name="case_closed_has_moment"),
            models.CheckConstraint(
                condition=Q(amber_at__isnull=True, red_at__isnull=True) | Q(amber_at__isnull=False, red_at__isnull=False),
                name="case_both_marks",
            ),
            models.UniqueConstraint(fields=["department", "ref"], condition=~Q(ref=""), name="case_ref_once"),
            models.CheckConstraint(
                condition=Q(mail_amber_at__isnull=True, mail_red_at__isnull=True)
                | Q(mail_amber_at__isnull=False, mail_red_at__isnull=False),
                name="case_both_mail_marks",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "-created_at"], name="case_by_applicant"),
            models.Index(fields=["department", "state", "red_at", "id"], name="case_by_department"),
            models.Index(fields=["department", "red_at", "id"], condition=IN_HAND, name="case_in_hand"),
            models.Index(fields=["hall", "state", "red_at"], name="case_by_hall"),
            models.Index(fields=["region", "red_at", "id"], condition=AT_WINDOW, name="case_at_window"),
            models.Index(fields=["red_at", "id"], condition=Q(red_at__isnull=False), name="case_by_clock"),
            models.Index(fields=["lit_red_at", "id"], condition=Q(lit_red_at__isnull=False), name="case_by_light"),
            models.Index(fields=["region", "id"], name="case_by_region"),
            models.Index(
                fields=["region"],
                condition=WATCHED,
                name="case_watched",
                include=["department", "state", "flag", "amber_at", "red_at", "lit_amber_at", "lit_red_at"],
            ),
            models.Index(fields=["-submitted_at", "-id"], name="case_by_submission"),
            models.Index(fields=["ref"], condition=~Q(ref=""), name="case_by_ref"),
            models.Index(fields=["clerk_id", "-created_at"], condition=Q(clerk_id__isnull=False), name="case_by_clerk"),
        ]


class CasePaper(models.Model):
    """One paper of a case in one round (0 the application, 1 the correction). `id` is the opaque id that the door counts by.

    `how` is what the window marked, "" where the paper was only asked for; `why` the source or the reason of a waiver, `licence` the
    identifier of the licence that stands for the paper.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="papers")
    paper = models.ForeignKey(Paper, null=True, on_delete=models.PROTECT, related_name="+")
    round = models.IntegerField(default=0)
    position = models.IntegerField()
    name = models.TextField()
    name_en = models.TextField()
    door_label = models.TextField()
    status = models.TextField(choices=_choices(PaperStatus))
    status_at = models.DateTimeField()
    how = models.TextField(choices=_choices(Provided), blank=True, default="")
    why = models.TextField(blank=True, default="")
    licence = models.TextField(blank=True, default="")

    case_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round", "position"], name="casepaper_position_once")]


class CaseOrder(models.Model):
    """An order that carries something for a case; `heard` is its state as last heard, `version` guards against older news."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, db_index=False, related_name="orders")
    order_id = models.UUIDField()
    number = models.TextField()
    leg = models.TextField(choices=_choices(Leg))
    round = models.IntegerField(default=0)
    heard = models.TextField(default="ordered")
    version = models.IntegerField(default=0)
    placed_at = models.DateTimeField()

    case_id: UUID

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "order_id"], name="caseorder_once")]
        indexes = [
            models.Index(fields=["order_id"], name="caseorder_by_order"),
            models.Index(fields=["number"], name="caseorder_by_number"),
        ]


class Parcel(models.Model):
    """Results of one applicant to one address that travel in one mail. A draft until `closed_at`; then it has its order.

    `digest` is equal for the same addressee, address and payer (`sealing.parcel_digest`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="parcels")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, db_index=False, related_name="parcels")
    region = LtreeField()
    digest = models.BinaryField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.TextField(blank=True, default="")
    order_id = models.UUIDField(null=True, unique=True)
    order_number = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "hall", "digest"], condition=Q(closed_at__isnull=True), name="parcel_one_draft"),
        ]
        indexes = [models.Index(fields=["hall", "closed_at"], name="parcel_by_hall")]


class ParcelCase(models.Model):
    """A case's result in a parcel, known to the desk by `serial`; `left_at` when it left the parcel again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="contents")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parcels")
    serial = models.TextField()
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    parcel_id: UUID
    case_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at__isnull=True), name="parcelcase_one_parcel"),
        ]


class HandoverList(models.Model):
    """What one side gives and the other takes, both sign: results from a department to a desk, or papers from the window to a
    department (desk "department"). Not taken while `taken_at` is empty.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    department = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="handover_lists")
    hall = models.ForeignKey(Hall, on_delete=models.PROTECT, related_name="handover_lists")
    region = LtreeField()
    desk = models.TextField(choices=_choices(Desk))
    given_at = models.DateTimeField()
    given_by = models.TextField()
    taken_at = models.DateTimeField(null=True)
    taken_by = models.TextField(blank=True, default="")

    department_id: UUID

    class Meta:
        indexes = [models.Index(fields=["hall", "desk"], condition=Q(taken_at__isnull=True), name="handoverlist_not_taken")]


class HandoverItem(models.Model):
    """One result on a list, or one case with its papers. `found` is whether the taker had it all; a result that was not there
    stays with the department. `papers` were given and `counted` were there; both empty on a list of results.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    handover_list = models.ForeignKey(HandoverList, on_delete=models.PROTECT, db_index=False, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    serial = models.TextField()
    found = models.BooleanField(null=True)
    papers = models.IntegerField(null=True)
    counted = models.IntegerField(null=True)

    case_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover_list", "case"], name="handoveritem_once"),
            # A result lies on one open list at a time, and so do a case's papers.
            models.UniqueConstraint(
                fields=["case"], condition=Q(found__isnull=True, papers__isnull=True), name="handoveritem_one_open_list"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(found__isnull=True, papers__isnull=False), name="handoveritem_one_papers_list"
            ),
            models.CheckConstraint(condition=Q(papers__isnull=True) | Q(papers__gte=1), name="handoveritem_some_papers"),
            models.CheckConstraint(condition=Q(counted__isnull=True) | Q(counted__gte=0), name="handoveritem_counted"),
        ]
