"""Who acts: a plain value that `parties` fills from roles and every query and action takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from govpost.common.refusal import NotPermitted

Kind = Literal["person", "staff", "partner", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in one region (an ltree path; "" is the whole country) and, where it matters, one organisation."""

    role: str
    region: str
    organisation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """`label` is what journal and timeline show: an office or a masked name, never an identity number; `label_en` is for screens alone."""

    kind: Kind
    id: UUID | None
    label: str
    grants: tuple[Grant, ...] = ()
    label_en: str = ""

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls("system", None, name)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.id or self.label}"

    def has(self, role: str, region: str | None = None, organisation: UUID | None = None) -> bool:
        """Whether a grant of `role` covers `region` and `organisation` (None asks for the role anywhere)."""
        return any(g.role == role and _covers(g, region, organisation) for g in self.grants)

    def regions(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The region paths in which the actor holds one of `roles`."""
        wanted = set(roles)
        return tuple(sorted({g.region for g in self.grants if g.role in wanted}))

    def organisations(self, roles: Iterable[str]) -> tuple[UUID, ...]:
        wanted = set(roles)
        return tuple({g.organisation for g in self.grants if g.role in wanted and g.organisation})


def within(region: str, ancestor: str) -> bool:
    """Whether the ltree path `region` lies at or below `ancestor`."""
    return not ancestor or region == ancestor or region.startswith(ancestor + ".")


def _covers(grant: Grant, region: str | None, organisation: UUID | None) -> bool:
    if region is not None and not within(region, grant.region):
        return False
    return organisation is None or grant.organisation is None or grant.organisation == organisation


def permit(
    by: Actor,
    verb: str,
    roles: Iterable[str],
    *,
    region: str | None = None,
    organisation: UUID | None = None,
) -> None:
    """Refuse unless `by` is the system or holds one of `roles` there. Deny by default: no role, no right."""
    if by.is_system:
        return
    if not any(by.has(role, region, organisation) for role in roles):
        raise NotPermitted(verb)
