"""What administrators ask of the catalogue: items with their versions and where each stands, proposals, documents to take along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from govpost.catalogue.models import Paper, Proposal, Service
from govpost.catalogue.rules import MAY
from govpost.catalogue.states import OPEN, State
from govpost.catalogue.writing import document_of
from govpost.common.actor import Actor, within
from govpost.common.refusal import NotFound
from govpost.places.pinyin import folded


@dataclass(frozen=True, slots=True)
class Standing:
    """One implementing item: the version in force (None: not now), one to come, the newest of all, an open proposal."""

    newest: Service
    now: Service | None
    coming: Service | None
    proposal: Proposal | None


def items(
    actor: Actor, *, on: date, words: str = "", region: str = "", department: UUID | None = None, owner: str = "", state: str = ""
) -> QuerySet[Service]:
    """The newest version of every implementing item of the actor's regions; `state` is in_force, coming, ended or in_review."""
    newest = Service.objects.filter(task_code=OuterRef("task_code")).order_by("-version").values("id")[:1]
    found = _mine(Service.objects.filter(id=Subquery(newest)), actor).select_related("department")
    found = found.filter(_named(words)) if words else found
    found = found.filter(region__within=region) if region else found
    found = found.filter(department_id=department) if department else found
    found = found.filter(owner=owner) if owner else found
    return found.filter(_in_state(state, on)) if state else found


def standings(found: Sequence[Service], on: date) -> list[Standing]:
    """Where each of these items stands; two questions for all of them."""
    versions: dict[str, list[Service]] = defaultdict(list)
    for version in Service.objects.filter(task_code__in=[each.task_code for each in found]).order_by("version"):
        versions[version.task_code].append(version)
    opened = Proposal.objects.filter(code__in={each.code for each in found}, state__in=[state.value for state in OPEN])
    proposals = [(proposal, _offered(proposal)) for proposal in opened]
    return [_standing(each, versions[each.task_code], proposals, on) for each in found]


def versions(actor: Actor, task_code: str) -> list[Service]:
    """Every version of an implementing item, oldest first; NotFound outside the actor's regions."""
    found = list(_mine(Service.objects.filter(task_code=task_code), actor).select_related("department").order_by("version"))
    if not found:
        raise NotFound("service")
    return found


def documents(found: Sequence[Service]) -> list[dict[str, Any]]:
    """Each version as its own document, in order."""
    papers: dict[UUID, list[Paper]] = defaultdict(list)
    for paper in Paper.objects.filter(service_id__in=[each.id for each in found]).order_by("position"):
        papers[paper.service_id].append(paper)
    return [document_of([each], papers[each.id]) for each in found]


def alike(actor: Actor, service: Service) -> list[Service]:
    """Everybody in the actor's regions who offers the same version with the same words: a next one may be theirs too."""
    same = _mine(Service.objects.filter(code=service.code, version=service.version), actor).select_related("department")
    listed = list(same.order_by("region", "task_code"))
    [mine] = [{**document, "offers": []} for document in documents([service])]
    return [each for each, document in zip(listed, documents(listed), strict=True) if {**document, "offers": []} == mine]


def joined(found: Sequence[Service]) -> list[dict[str, Any]]:
    """Versions as documents to take along, one for all that say the same, in the form of the shipped ones."""
    merged: dict[str, dict[str, Any]] = {}
    for document in documents(found):
        key = repr({**document, "offers": []})
        merged.setdefault(key, {**document, "offers": []})["offers"] += document["offers"]
    return list(merged.values())


def proposals(actor: Actor, *, state: str = "", code: str = "") -> QuerySet[Proposal]:
    """Proposals that concern the actor's regions only: a wider one is for the wider administrator."""
    found = Proposal.objects.all() if actor.is_system else Proposal.objects.filter(region__within_any=actor.regions(MAY["propose"]))
    found = found.filter(code=code) if code else found
    return found.filter(state=state) if state else found


def proposal(actor: Actor, proposal_id: UUID) -> Proposal:
    found = proposals(actor).filter(id=proposal_id).first()
    if found is None:
        raise NotFound("proposal")
    return found


def next_version(code: str) -> int:
    """The number of an item's next version, wherever it is offered."""
    last = Service.objects.filter(code=code).order_by("-version").first()
    return last.version + 1 if last else 1


def before(proposal: Proposal) -> Service | None:
    """The version that a proposal would follow, or did follow."""
    offered = _offered(proposal)
    earlier = Service.objects.filter(code=proposal.code, version__lt=proposal.version).select_related("department")
    return next((each for each in earlier.order_by("-version") if _key(each) in offered), None)


def _standing(newest: Service, versions: Iterable[Service], proposals: Sequence[tuple[Proposal, set[Any]]], on: date) -> Standing:
    listed = list(versions)
    now = next((each for each in listed if each.valid_from <= on and (each.valid_to is None or on <= each.valid_to)), None)
    coming = next((each for each in listed if each.valid_from > on), None)
    mine = (proposal for proposal, offered in proposals if proposal.code == newest.code and _key(newest) in offered)
    return Standing(newest, now, coming, next(mine, None))


def _offered(proposal: Proposal) -> set[Any]:
    return {(offer["region"], offer["department"]) for offer in proposal.document["offers"]}


def _key(service: Service) -> tuple[str, str | None]:
    return str(service.region), service.department.code if service.department else None


def _mine(found: QuerySet[Service], actor: Actor) -> QuerySet[Service]:
    return found if actor.is_system else found.filter(region__within_any=actor.regions(MAY["propose"]))


def _named(words: str) -> Q:
    """By name in either language, everyday words, pinyin, initials, or the beginning of a code."""
    plain, spelled = words.strip(), folded(words)
    found = Q(name__icontains=plain) | Q(name_en__icontains=plain) | Q(keywords__icontains=plain)
    found |= Q(code__startswith=plain) | Q(task_code__istartswith=plain)
    return found | Q(pinyin__icontains=spelled) | Q(initials__icontains=spelled) if spelled else found


def _in_state(state: str, on: date) -> Q:
    versions = Service.objects.filter(task_code=OuterRef("task_code"))
    in_force = Exists(versions.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on))
    coming = Exists(versions.filter(valid_from__gt=on))
    review = Exists(Proposal.objects.filter(code=OuterRef("code"), state=State.IN_REVIEW.value))
    return {"in_force": Q(in_force), "coming": Q(coming), "ended": ~Q(in_force) & ~Q(coming), "in_review": Q(review)}.get(state, Q())


def covers(actor: Actor, region: str) -> bool:
    """Whether a region lies in one where the actor keeps the catalogue: draws buttons, the action asks again."""
    return actor.is_system or any(within(region, top) for top in actor.regions(MAY["propose"]))
