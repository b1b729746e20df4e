"""Browsers (Django's test client) that are signed in as somebody of the cast, or as somebody new."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from govpost.common.actor import Actor
from govpost.parties import queries as parties
from govpost.parties.models import Staff
from govpost.parties.roles import Role
from govpost.parties.testing import make_staff


def as_actor(actor: Actor) -> Client:
    assert actor.id is not None
    return _enter(parties.staff_member(actor.id))


def as_new(role: Role, **over: str) -> Client:
    """Somebody who is not of the cast."""
    return _enter(make_staff(role, **over))


def found(client: Client, listed: str, words: str) -> str:
    """The address of a list with a search, as the search box makes it."""
    answer = client.post(reverse("desk:find"), {"q": words, "list": listed})
    assert answer.status_code == 302
    return answer.headers["Location"]


def _enter(staff: Staff) -> Client:
    client = Client()
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client
