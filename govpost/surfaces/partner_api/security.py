"""A partner's key in `Authorization: Bearer`: the actor with the role and region of the key, or 401."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.parties import actions
from govpost.parties import queries as parties


class PartnerKey(HttpBearer):
    """Found by the key's visible prefix, compared by digest in constant time."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        at = now()
        found = parties.actor_for_partner(token, at)
        if found is not None and found.id is not None:
            actions.note_key_use(key_id=found.id, at=at)
        return found
