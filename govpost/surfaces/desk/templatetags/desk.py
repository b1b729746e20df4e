"""What desk pages need beyond the shared tags: roles in templates, and masks."""

from __future__ import annotations

from django import template

from govpost.common.actor import Actor
from govpost.common.masks import mask_name, mask_phone

register = template.Library()
register.filter("mask_name", mask_name)
register.filter("mask_phone", mask_phone)


@register.filter
def holds(actor: Actor | None, role: str) -> bool:
    """Whether the actor has the role anywhere: draws buttons; the action asks again with the place."""
    return actor is not None and actor.has(role)
