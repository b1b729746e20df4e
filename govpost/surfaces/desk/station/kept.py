"""What came with an unclear event and could not be counted: an administrator reads it for a cause, once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from govpost.common.clock import now
from govpost.common.refusal import NotFound
from govpost.delivery import actions, queries
from govpost.parties.roles import Role
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience

KINDS = ("unreadable", "foreign_waybill")
"""Of these the log has no event; what came is kept apart."""


class CauseForm(forms.Form):
    """Why somebody wants to see a report in full; kept in the journal."""

    cause = forms.CharField(
        label=_("Why do you need to see what came?"), min_length=2, max_length=100, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("It may hold anybody's name and telephone. Your name, the time and this reason are kept."),
        error_messages={
            "required": _("Say why you need to see it, in a few words."), "min_length": _("Say why you need to see it, in a few words."),
        },
    )  # fmt: skip


@audience(STAFF(Role.ADMIN))
@require_http_methods(["GET", "POST"])
def content(request: ActorRequest, unclear_id: UUID) -> HttpResponse:
    """Ask the cause, then show what came; a reload asks again."""
    item = queries.unclear(request.actor).filter(id=unclear_id).first()
    if item is None:
        raise NotFound("unclear")
    form, rows = CauseForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        found = actions.read_kept(unclear_id=unclear_id, cause=form.cleaned_data["cause"], at=now(), by=request.actor)
        rows = [(each.kept_at, list(_facts(each.said))) for each in found]
    context = {"item": item, "form": form, "rows": rows}
    return render(request, "desk/station/unclear_content.html", context, status=422 if form.errors else 200)


def _facts(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name and value as they came; a row of a push is taken apart where it is an object at least."""
    values: Any = said
    if set(said) == {"row"}:
        try:
            values = msgspec.json.decode(said["row"])
        except msgspec.DecodeError:
            values = said
    if not isinstance(values, Mapping):
        values = said
    yield from ((str(name), value if isinstance(value, str) else msgspec.json.encode(value).decode()) for name, value in values.items())
