"""Every component as a tag or filter; README.md shows each with its markup. None asks the database, but `labelled` for names kept of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import segno
from django import forms, template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from govpost.common.clock import SHANGHAI, now, shanghai_day
from govpost.surfaces.shared import charts, formats, icons
from govpost.surfaces.shared.forms import Card, faults, tone_of
from govpost.surfaces.shared.roles import role_word
from govpost.surfaces.shared.words import LIGHTS, door_label, enumerated, labelled, local, say, state_word

register = template.Library()
_ADDRESS = re.compile(r'href="([^"?#]+)')

for _name in ("day", "month", "weekday", "moment", "short_moment", "clock_time", "money", "number", "opening_hours"):
    register.filter(_name, getattr(formats, _name))
register.filter("say", say)
register.filter("tone_of", tone_of)
register.filter("faults", faults)
register.filter("role", role_word)
register.filter("local", local)
register.filter("labelled", labelled)
register.filter("door_label", door_label)
register.filter("enumerated", enumerated)
register.simple_tag(icons.icon, name="icon")
register.simple_tag(formats.rate, name="rate")
register.simple_tag(charts.sparkline, name="sparkline")
register.simple_tag(charts.bars, name="bars")
register.simple_tag(charts.course, name="course")


@register.filter
def unbroken(label: str) -> str | SafeString:
    """A label whose last word, a person's name or a number, is never torn apart at the end of a line."""
    before, space, name = label.rpartition(" ")
    return format_html('<span>{}{}<span class="nowrap">{}</span></span>', before, space, name) if space else label


@register.simple_tag
def html_lang() -> str:
    """The page's language as BCP 47: zh-Hans or en."""
    return "zh-Hans" if get_language() in (None, "zh-hans") else str(get_language())


@register.simple_tag
def when(at: datetime | date | None, style: str = "") -> str | SafeString:
    """A `<time>`: style "" full, "short", "day", "weekday" or "clock"."""
    if at is None:
        return "–"
    if isinstance(at, datetime):
        return format_html('<time datetime="{}">{}</time>', at.astimezone(SHANGHAI).isoformat(), _shown(at, style))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _DAYS.get(style, formats.day)(at))


_DAYS = {"weekday": formats.weekday}


def _shown(at: datetime, style: str) -> str:
    if style == "short":
        return formats.short_moment(at)
    if style == "clock":
        return formats.clock_time(at)
    return _DAYS[style](at) if style in _DAYS else formats.day(at) if style == "day" else formats.moment(at)


@register.simple_tag
def light(colour: str, word: Any = "") -> SafeString:
    """green (on time), amber (due soon), red (overdue), none (no deadline): shape and word, then colour."""
    return _light_html(colour, say(word) or gettext(LIGHTS[colour]))


@lru_cache(maxsize=1024, typed=True)  # a list shows the same few fifty times; typed: safe text is not plain text
def _light_html(colour: str, said: str) -> SafeString:
    shape = icons.light_shape(colour)
    return format_html('<span class="light" data-light="{}">{}<span class="light-word">{}</span></span>', colour, shape, said)


@register.simple_tag
def tag(text: Any, tone: str = "") -> SafeString:
    return _tag_html(say(text), tone)


@lru_cache(maxsize=1024, typed=True)
def _tag_html(said: str, tone: str) -> SafeString:
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, said)


@register.simple_tag
def status(kind: str, state: str) -> SafeString:
    """The tag of a state: kind is mail, case, task or paper."""
    word = state_word(kind, state)
    return tag(gettext(word.msgid) if word.msgid else "", word.tone)


@register.simple_block_tag(takes_context=True)
def whereabouts(context: Context, content: str) -> str:
    """The trail, rendered before the navigation that stands before it, so that both name the same place."""
    first = _ADDRESS.search(content)
    context["trail_begins"] = first[1] if first else ""
    return content


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, url: str, label: str, icon: str = "", count: int | None = None, tone: str = "", exact: bool = False, also: str = ""
) -> SafeString:
    """A link that knows whether it leads to where the reader is: to the place the trail begins with, or without a trail this page;
    unless `exact`, to one below it, or below `also`."""
    path = context.get("trail_begins") or (context["request"].path if "request" in context else "")
    below = [root.rstrip("/") + "/" for root in ("" if exact else url, also) if root.strip("/")]
    here = path == url or any(f"{path}/".startswith(root) for root in below)
    return format_html(
        '<a href="{}"{}>{}<span>{}</span>{}</a>',
        url,
        SafeString(' aria-current="page"' if here else ""),
        icons.icon(icon) if icon else "",
        label,
        format_html('<span class="count" data-tone="{}">{}</span>', tone, count) if count else "",
    )


@register.simple_tag
def fact(label: str, value: Any, change_url: str = "", change_label: str = "") -> SafeString:
    """One row of `<dl class="facts">`; an empty value is a dash."""
    shown = say(value) if not isinstance(value, SafeString) else value
    change = (
        format_html(
            '<dd class="facts-change"><a href="{}">{}<span class="visually-hidden"> {}</span></a></dd>',
            change_url,
            change_label or gettext("Change"),
            label,
        )
        if change_url
        else ""
    )
    return format_html("<div><dt>{}</dt><dd>{}</dd>{}</div>", label, shown or "–", change)


@register.simple_tag
def code(digits: str, label: str = "", note: str = "") -> SafeString:
    """Six digits in two groups, spoken digit by digit."""
    half = (len(digits) + 1) // 2
    return format_html(
        '<div class="code"><span class="code-label">{}</span><span class="code-digits" aria-hidden="true">'
        '<span>{}</span><span>{}</span></span><span class="visually-hidden">{}</span>{}</div>',
        label or gettext("Code"),
        digits[:half],
        digits[half:],
        formats.spoken_code(digits),
        format_html('<span class="code-note">{}</span>', note) if note else "",
    )


@register.simple_tag
def progress(value: int, maximum: int, label: str, tone: str = "") -> SafeString:
    """A `<progress>` with its words: "label … 3 / 5"."""
    text = f"{formats.number(value)} / {formats.number(maximum)}"
    return format_html(
        '<div class="progress" data-tone="{}"><div class="progress-text"><span>{}</span><span>{}</span></div>'
        '<progress value="{}" max="{}" aria-label="{}">{}</progress></div>',
        *(tone, label, text, value, maximum or 1, label, text),
    )


@register.simple_tag
def qr(text: str, label: str = "") -> SafeString:
    """A QR code as a data: image with its words beneath; `label` also tells screen readers what it leads to."""
    # Micro QR is not read by most phones.
    uri = segno.make(text, error="m", micro=False).svg_data_uri(border=2, scale=4, omitsize=False)
    caption = format_html("<figcaption>{}</figcaption>", label) if label else ""
    return format_html('<figure class="qr"><img src="{}" alt="{}" width="144" height="144">{}</figure>', uri, label or text, caption)


@register.simple_tag
def masked(value: str, reveal_url: str = "", label: str = "") -> SafeString:
    """A masked value; with `reveal_url` a link to the page that asks the cause, records the reading and shows it."""
    link = (
        format_html(
            '<a href="{}" rel="nofollow">{}<span class="visually-hidden"> {}</span></a>',
            *(reveal_url, gettext("Show in full"), label),
        )
        if reveal_url
        else ""
    )
    return format_html('<span class="masked"><span>{}</span>{}</span>', value or "–", link)


@register.simple_tag
def figure(
    label: str,
    value: Any,
    note: Any = "",
    href: str = "",
    unit: str = "",
    trend: Sequence[float | None] = (),
    light: str = "",
    light_word: Any = "",
) -> SafeString:
    """A key figure; a link where it opens its items, a sparkline of `trend`, a light where it has a target."""
    body = format_html(
        '<span class="figure-label">{}</span><span class="figure-value">{}{}</span>{}{}{}',
        label,
        "–" if value is None else value,
        format_html(" <small>{}</small>", unit) if unit else "",
        charts.sparkline(trend, gettext("Course of %(label)s") % {"label": label}) if trend else "",
        _light(light, light_word) if light else "",
        format_html('<span class="figure-note">{}</span>', say(note)) if note else "",
    )
    if href:
        return format_html('<a class="figure" href="{}">{}</a>', href, body)
    return format_html('<div class="figure">{}</div>', body)


_light = light


@register.inclusion_tag("shared/_column.html", takes_context=True)
def column(context: Context, key: str, label: str, number: bool = False, first: str = "asc") -> dict[str, Any]:
    """A `<th>` that sorts by `?sort=key` / `?sort=-key`; the page names its present order in `sort`."""
    now = str(context.get("sort") or "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    opposite = f"-{key}" if order == "ascending" else key
    wanted = opposite if order else (f"-{key}" if first == "desc" else key)
    return {"request": context["request"], "wanted": wanted, "label": label, "order": order, "is_number": number}


@register.inclusion_tag("shared/_pager.html", takes_context=True)
def pager(context: Context, page: Any) -> dict[str, Any]:
    return {"request": context["request"], "page": page}


@register.inclusion_tag("shared/_empty.html")
def empty(title: str, text: str = "", icon: str = "envelope", href: str = "", action: str = "") -> dict[str, Any]:
    return {"title": title, "text": text, "icon": icon, "href": href, "action": action}


@register.inclusion_tag("shared/_timeline.html")
def timeline(lines: Iterable[Any], newest_first: bool = True) -> dict[str, Any]:
    """Lines with at, words, and if they have them place, actor, known_at, voided, because, tone, foot (HTML); in order of time."""
    listed = list(lines)
    return {"lines": listed[::-1] if newest_first else listed, "newest_first": newest_first}


@register.inclusion_tag("shared/_turn.html")
def turn(turn: Any, mine: bool = False, done: bool = False, light: str = "") -> dict[str, Any]:
    """Whose turn it is (who, sentence, since, due); `mine` when the reader must act.

    The light is that of the legal term; beside a promise of the mail that has passed it must not say "on time".
    """
    return {"turn": turn, "mine": mine, "done": done, "light": "red" if light and passed(turn.due) else light}


@register.filter
def passed(due: date | datetime | None) -> bool:
    """Whether a day or moment lies behind us."""
    if due is None:
        return False
    return due < now() if isinstance(due, datetime) else due < shanghai_day(now())


@register.inclusion_tag("shared/_steps.html")
def steps(labels: Sequence[str], current: int) -> dict[str, Any]:
    """The wizard's steps; `current` counts from 1."""
    rows = [
        {"label": label, "state": "done" if i < current else "current" if i == current else "todo"}
        for i, label in enumerate(labels, start=1)
    ]
    return {"rows": rows, "current": current, "total": len(rows), "label": labels[current - 1] if labels else ""}


@register.inclusion_tag("shared/_field.html")
def field(
    bound: forms.BoundField, page_title: bool = False, across: bool = False, wide: bool = False, in_filter: bool = False
) -> dict[str, Any]:
    """A field with label, hint and error; radio and check boxes become cards, `across` puts them side by side.

    A form whose fields may nearly all be left empty says so itself and sets `marks_optional` to False.
    """
    kind = bound.widget_type
    options = [_option(option) for option in bound] if kind in ("radioselect", "checkboxselectmultiple") else []
    return {
        "field": bound,
        "kind": kind,
        "options": options,
        "one_box": kind == "checkbox",
        "page_title": page_title,
        "across": across,
        "wide": wide,
        "optional": not bound.field.required and not in_filter and getattr(bound.form, "marks_optional", True),
    }


def _option(option: Any) -> dict[str, Any]:
    data = option.data
    card = data["label"] if isinstance(data["label"], Card) else Card(data["label"])
    return {
        "card": card,
        "type": data["type"],
        "name": data["name"],
        "value": data["value"],
        "id": data["attrs"].get("id", ""),
        "checked": data["selected"],
        "disabled": bool(card.because) or "disabled" in data["attrs"],
        "plain": not (card.text or card.note or card.because),
    }


@register.inclusion_tag("shared/_error_summary.html")
def error_summary(*all_forms: forms.BaseForm) -> dict[str, Any]:
    """What must be put right, each sentence linked to its field; nothing when there are no errors."""
    rows = [row for form in all_forms if form.is_bound for row in _errors_of(form)]
    return {"rows": rows}


def _errors_of(form: forms.BaseForm) -> Iterable[tuple[str, str]]:
    for sentence in form.non_field_errors():
        yield "", str(sentence)
    for bound in form:
        first = f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id
        yield from ((first, sentence) for sentence in faults(bound))


@register.inclusion_tag("shared/_filter.html", takes_context=True)
def filter_bar(context: Context, form: forms.BaseForm, wide: str = "") -> dict[str, Any]:
    """A GET form over a list; `wide` names the field that gets more room (the search words).

    On phones several fields fold away until they are wanted or something is chosen, so that the list begins in sight.
    """
    asked, fields = context["request"].GET, form.visible_fields()
    chosen = any(asked.get(field.html_name) for field in fields)
    return {
        "request": context["request"], "form": form, "wide": wide, "sort": context.get("sort", ""),
        "folds": len(fields) > 1, "chosen": chosen,
    }  # fmt: skip
