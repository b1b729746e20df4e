"""Many rows at once: each is done apart and told apart, for one that is refused is no reason to keep the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.contrib import messages
from django.utils.translation import gettext as _

from govpost.common.refusal import Refusal
from govpost.surfaces.shared.access import ActorRequest
from govpost.surfaces.shared.words import say

MOST = 200  # rows that are done at one press
TOLD = 20  # refusals that are told in full


def ticked(request: ActorRequest, name: str) -> list[UUID]:
    """The ids that were ticked, in the page's order, each once; what is no id is left out."""
    found: dict[UUID, None] = {}
    for text in request.POST.getlist(name)[:MOST]:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def do_each(request: ActorRequest, rows: Iterable[tuple[str, Callable[[], object]]], *, done: Callable[[int], str]) -> None:
    """Do every row, given as its name and what to do; `done` says how many went well, and each refusal stands under its name."""
    number, refused, asked = 0, list[tuple[str, str]](), False
    for name, verb in rows:
        asked = True
        try:
            verb()
        except Refusal as refusal:
            refused.append((name, say(refusal.sentence)))
        else:
            number += 1
    if number:
        messages.success(request, done(number))
    for name, sentence in refused[:TOLD]:
        messages.warning(request, f"{name}: {sentence}")
    if len(refused) > TOLD:
        messages.warning(request, _("%(n)s more were refused.") % {"n": len(refused) - TOLD})
    if not asked:
        messages.warning(request, _("Nothing was chosen. Choose the rows in the list first."))
