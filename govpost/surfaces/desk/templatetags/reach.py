"""How full a collection window is, as a bar with its words."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from govpost.dispatch.offering import Slot
from govpost.surfaces.shared.formats import clock_time, weekday
from govpost.surfaces.shared.templatetags.govpost import progress

register = template.Library()


@register.simple_tag
def slot_load(slot: Slot) -> SafeString:
    """The places of a window that are held, of all it has; amber when one in five is left, red when none is."""
    label = f"{weekday(slot.window.start)} {clock_time(slot.window.start)}–{clock_time(slot.window.end)}"
    tone = "bad" if not slot.left else "warn" if slot.left * 5 <= slot.capacity else ""
    return progress(slot.capacity - slot.left, slot.capacity, label, tone)
