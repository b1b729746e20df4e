"""Publishing service items: a document becomes one version for each department that offers it; nothing published is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any
from uuid import UUID

from django.db import transaction

from govpost.catalogue import documents, events, rules
from govpost.catalogue.models import Paper, Service
from govpost.catalogue.rules import MAY
from govpost.common.actor import Actor, permit
from govpost.common.clock import shanghai_day
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.journal import actions as journal
from govpost.parties.models import Organisation
from govpost.places.pinyin import spell

_BASES = ("basis", "basis_en")
_SAME = ("position", "name", "name_en", "name_on_door", "form", "copies", "required", "waived", "waived_because", "waived_because_en")


@transaction.atomic
def publish(*, document: dict[str, Any], at: datetime, by: Actor) -> int:
    """One item with all who offer it, without a review: what an installation or a city is set up with, by the system alone.

    The journal says that nobody reviewed it. People propose (`reviewing.propose`), and a second one approves. Returns how many versions
    were new; what stands already stays. Raises `InvalidInput` naming the wrong key, and `Refusal("version_differs")`.
    """
    permit(by, "publish", ())
    documents.validate(document)
    return stand(document, at, by, review="none: set-up")


def stand(document: dict[str, Any], at: datetime, by: Actor, *, review: str) -> int:
    """Let an item stand for all who offer it; the version before ends the day before. Called inside a verb. review: who saw it before."""
    return sum(_publish_one(document, offer, at, by, review) for offer in document["offers"])


def load_seed(*, at: datetime, by: Actor) -> int:
    """The items of the example cities."""
    return sum(publish(document=document, at=at, by=by) for document in seed())


def seed() -> Iterator[dict[str, Any]]:
    """The shipped documents."""
    folder = resources.files("govpost.catalogue").joinpath("data")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            yield json.loads(file.read_text(encoding="utf-8"))


@transaction.atomic
def end_service(*, service_id: UUID, valid_to: date, at: datetime, by: Actor) -> Service:
    """The item is offered for the last time on `valid_to`; running cases are not touched."""
    service = Service.objects.select_for_update().filter(id=service_id).first()
    if service is None:
        raise NotFound("service")
    permit(by, "end_service", MAY["end_service"], region=service.region)
    if valid_to < max(shanghai_day(at), service.valid_from):
        raise InvalidInput({"valid_to": Text("Choose today or a later day.")})
    service.valid_to = valid_to
    service.save(update_fields=["valid_to"])
    journal.record(events.SERVICE_ENDED, subject=f"service:{service.id}", region=service.region, at=at, by=by,
                   task_code=service.task_code, valid_to=valid_to.isoformat())  # fmt: skip
    return service


def _publish_one(document: dict[str, Any], offer: dict[str, Any], at: datetime, by: Actor, review: str) -> int:
    department = _department(offer)
    if department is not None:  # nobody fills another city's desks
        permit(by, "review", MAY["review"], region=department.region)
    service = _service(document, offer, department)
    papers = _papers(document)
    standing = Service.objects.filter(task_code=service.task_code, version=service.version).first()
    if standing is not None:
        _require_same(standing, service, papers)
        return 0
    _end_earlier(service, by)
    service.save(force_insert=True)
    for paper in papers:
        paper.service = service
    Paper.objects.bulk_create(papers)
    journal.record(
        events.SERVICE_PUBLISHED, subject=f"service:{service.id}", region=service.region, at=at, by=by,
        code=service.code, task_code=service.task_code, version=service.version, valid_from=service.valid_from.isoformat(),
        review=review,
    )  # fmt: skip
    return 1


def _department(offer: dict[str, Any]) -> Organisation | None:
    if offer["department"] is None:
        return None
    found = Organisation.objects.filter(code=offer["department"]).first()
    if found is None:
        raise InvalidInput({"offers": Text("The department %(code)s is not known.", {"code": offer["department"]})})
    return found


def _service(document: dict[str, Any], offer: dict[str, Any], department: Organisation | None) -> Service:
    names = (document["name"], *document.get("keywords", []))
    spelled = [spell(name) for name in names]
    code, region = document["code"], offer["region"]
    return Service(
        code=code, task_code=rules.task_code(department.uscc, region, code) if department else code, version=document["version"],
        name=document["name"], name_en=document["name_en"], summary=document["summary"], summary_en=document.get("summary_en", ""),
        department=department, region=region, owner=document["owner"], item_type=document["item_type"],
        subject=document["subject"], valid_from=_day(document, offer, "valid_from"), valid_to=_day(document, offer, "valid_to"),
        validity_basis=document.get("validity_basis", ""), validity_basis_en=document.get("validity_basis_en", ""),
        keywords=list(names[1:]), pinyin=[s.full for s in spelled], initials=[s.initials for s in spelled],
        directions=document.get("directions", []), **_terms(document), **_mail(document),
    )  # fmt: skip


def _day(document: dict[str, Any], offer: dict[str, Any], key: str) -> Any:
    said = offer.get(key) or document.get(key)
    return date.fromisoformat(said) if said else None


def _terms(document: dict[str, Any]) -> dict[str, Any]:
    """Fee, clocks and licence."""
    clocks, licence = document.get("clocks", {}), document.get("licence", {})
    accept, decide, deliver = (clocks.get(name, {}) for name in ("accept", "decide", "deliver"))
    fee = document.get("fee", {"fen": 0, "basis": ""})
    return {
        "fee_fen": fee["fen"], "fee_basis": fee["basis"], "fee_basis_en": fee.get("basis_en", ""), "clock_start": clocks.get("start", ""),
        "accept_days": accept.get("days"), "accept_basis": accept.get("basis", ""),
        "decide_days": decide.get("days"), "legal_days": decide.get("legal_days"), "decide_basis": decide.get("basis", ""),
        "decide_unit": decide.get("unit", rules.Unit.WORKING.value),
        "deliver_days": deliver.get("days"), "deliver_basis": deliver.get("basis", ""),
        "licence_type_code": licence.get("type_code", ""), "result_name": licence.get("name", ""),
        "result_name_en": licence.get("name_en", ""), "licence_years": licence.get("years"),
    }  # fmt: skip


def _mail(document: dict[str, Any]) -> dict[str, Any]:
    """The rules of its mail, with what they rest on."""
    return {"mail_basis_en": "", **{f"mail_{key}" if key in _BASES else key: value for key, value in document["mail"].items()}}


def _papers(document: dict[str, Any]) -> list[Paper]:
    return [
        Paper(
            position=position, name=paper["name"], name_en=paper["name_en"], name_on_door=rules.door_label(position),
            form=paper["form"], copies=paper.get("copies", 1), required=paper.get("required", True),
            waived=bool(paper.get("waived_because")), waived_because=paper.get("waived_because", ""),
            waived_because_en=paper.get("waived_because_en", ""),
        )
        for position, paper in enumerate(document.get("papers", []), start=1)
    ]  # fmt: skip


def _end_earlier(service: Service, by: Actor) -> None:
    """The open version before ends the day before this one begins, if the publisher may end it where it is offered."""
    earlier = Service.objects.filter(task_code=service.task_code).order_by("version").last()
    if earlier is None:
        return
    permit(by, "review", MAY["review"], region=earlier.region)
    if earlier.version >= service.version or earlier.valid_from >= service.valid_from:
        sentence = Text("A later version of this item stands. Publish with the next number and from a later day.")
        raise Refusal("version_out_of_order", sentence, task_code=service.task_code)
    if earlier.valid_to is None or earlier.valid_to >= service.valid_from:
        earlier.valid_to = service.valid_from - timedelta(days=1)
        earlier.save(update_fields=["valid_to"])


def _require_same(standing: Service, wanted: Service, papers: list[Paper]) -> None:
    fields = [f.attname for f in Service._meta.concrete_fields if f.name not in ("id", "valid_to")]
    same = all(getattr(standing, name) == getattr(wanted, name) for name in fields)
    kept = [tuple(getattr(paper, name) for name in _SAME) for paper in standing.papers.order_by("position")]
    if not same or kept != [tuple(getattr(paper, name) for name in _SAME) for paper in papers]:
        sentence = Text("This version stands and says something else. Publish the change as the next version.")
        raise Refusal("version_differs", sentence, task_code=standing.task_code, version=standing.version)
