"""Questions to the journal: what happened to a subject, who read whose data, what was set aside."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from govpost.journal.models import Fact, SetAside


def facts_of(subjects: Sequence[str]) -> QuerySet[Fact]:
    """All facts of the given subjects in the order in which they became known."""
    return Fact.objects.filter(subject__in=subjects).order_by("seq")


def readings_of(subject: str) -> QuerySet[Fact]:
    """Who read the full personal data of a subject, newest first."""
    return Fact.objects.filter(subject=subject, kind="journal.read").order_by("-seq")


def set_aside() -> QuerySet[SetAside]:
    """Facts that wait for an operator, oldest first."""
    return SetAside.objects.order_by("first_at")
