"""What can be applied for, where and when: search, guide, the rule of an item's mail. The catalogue is public."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from govpost.catalogue import ranking, rules
from govpost.catalogue.models import Paper, Service
from govpost.catalogue.rules import Clock, Days, MailRule, Unit
from govpost.common.actor import within
from govpost.common.refusal import NotFound
from govpost.journal.stamps import remembered
from govpost.places.pinyin import Spelling


@dataclass(frozen=True, slots=True)
class Guide:
    """What a person reads before applying; who pays postage is said by the profile of the place."""

    service: Service
    papers: tuple[Paper, ...]
    waived: tuple[Paper, ...]
    clocks: tuple[Clock, ...]


def search(words: str, region: str, on: date, limit: int = 20) -> list[Service]:
    """Items offered in a region on a day that fit the words, best first; no words, no items."""
    scored = [(ranking.score(words, _entry(service)), service) for service in _offered(region, on)]
    fitting = [(points, service) for points, service in scored if points]
    return [service for _, service in sorted(fitting, key=lambda pair: (-pair[0], pair[1].name, pair[1].task_code))[:limit]]


def offered(region: str, on: date, *, owner: str = "", direction: str = "") -> list[Service]:
    """Every item of a region on a day, by name; perhaps only those of one owner or with mail in one direction."""
    found = [service for service in _offered(region, on) if not direction or direction in service.directions]
    return sorted((s for s in found if not owner or s.owner == owner), key=lambda service: (service.name, service.task_code))


@remembered("catalogue", "parties", "places")
def offered_by(department: UUID, on: date) -> list[Service]:
    """What a department decides or has sent on a day, by code."""
    return list(_valid(on).filter(department_id=department).order_by("code", "-version"))


@remembered("catalogue", "parties", "places")
def service(code_or_id: str | UUID, on: date, region: str = "") -> Service:
    """The version valid on a day, by id, implementing code (31 characters) or base code (12), not to be changed; raises `NotFound`.

    A base code may be offered by several cities: the one at or above `region` is taken, else the first by region. Its mail
    rule is the same in all of them.
    """
    found = list(_valid(on).filter(_named(code_or_id)).order_by("region"))
    if not found:
        raise NotFound("service")
    near = [service for service in found if region and within(region, service.region)]
    return near[-1] if near else found[0]


def ended(code_or_id: str | UUID, on: date) -> Service:
    """The last version of an item that is not offered any more on a day; raises `NotFound` for what is or never was."""
    found = Service.objects.filter(_named(code_or_id), valid_to__lt=on).select_related("department").order_by("valid_to").last()
    if found is None or _valid(on).filter(task_code=found.task_code).exists():
        raise NotFound("service")
    return found


@remembered("catalogue")
def by_ids(ids: frozenset[UUID]) -> dict[UUID, Service]:
    """Several versions by id, for lists; they are not to be changed."""
    return Service.objects.in_bulk(ids)


@remembered("catalogue")
def names(codes: frozenset[str]) -> dict[str, Service]:
    """Base code → its newest version, offered today or not: an old order still names its item. Unknown codes are left out."""
    found = Service.objects.filter(code__in=codes).order_by("valid_from", "version", "region")
    return {service.code: service for service in found}


def papers(service: Service) -> Sequence[Paper]:
    """Every paper of an item in order, the waived ones included."""
    return _papers(service.id)


@remembered("catalogue")
def _papers(service_id: UUID) -> tuple[Paper, ...]:
    return tuple(Paper.objects.filter(service_id=service_id).order_by("position"))


def guide(service: Service) -> Guide:
    """Papers, waived papers and days with their legal basis."""
    asked = papers(service)
    return Guide(
        service,
        tuple(paper for paper in asked if not paper.waived),
        tuple(paper for paper in asked if paper.waived),
        rules.clocks(_days(service)),
    )


def item_rule(service: Service) -> MailRule:
    """What the item demands of its mail."""
    return MailRule(
        tuple(service.signers), service.needs_code, service.attempts_max, service.hold_days, service.goods, service.post_only,
        service.mail_basis, service.weight_g,
    )  # fmt: skip


def versions(task_code: str) -> list[Service]:
    """Every version of an implementing code, oldest first."""
    return list(Service.objects.filter(task_code=task_code).order_by("version"))


def _valid(on: date) -> QuerySet[Service]:
    found = Service.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    return found.select_related("department__hall__station")


def _offered(region: str, on: date) -> QuerySet[Service]:
    """At, above or below the region; the imported history's item has no department and is nobody's to apply for."""
    labels = region.split(".") if region else []
    above = ["", *(".".join(labels[: depth + 1]) for depth in range(len(labels)))]
    return _valid(on).filter(Q(region__within=region) | Q(region__in=above), department__isnull=False)


def _named(code_or_id: str | UUID) -> Q:
    if isinstance(code_or_id, UUID):
        return Q(id=code_or_id)
    try:
        return Q(id=UUID(code_or_id))
    except ValueError:
        return Q(code=code_or_id) | Q(task_code=code_or_id)


def _entry(service: Service) -> ranking.Entry:
    spelled = tuple(Spelling(full, initials) for full, initials in zip(service.pinyin, service.initials, strict=True))
    return ranking.Entry(service.code, service.name, service.name_en, tuple(service.keywords), service.summary, spelled)


def _days(service: Service) -> Days:
    return Days(
        service.accept_days, service.accept_basis, service.decide_days, service.legal_days, Unit(service.decide_unit),
        service.decide_basis, service.deliver_days, service.deliver_basis,
    )  # fmt: skip
