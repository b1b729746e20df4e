"""Working days: a year as a picture, exceptions of halls and outlets, and the State Council's notice of a year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govpost.common.clock import now, shanghai_day
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.parties.roles import Role
from govpost.places import actions, queries
from govpost.places.models import OutletKind
from govpost.places.rules import NATIONAL, SATURDAY, Day
from govpost.surfaces.desk.configuration import changes
from govpost.surfaces.desk.configuration.pages import ADMIN, act, day_field
from govpost.surfaces.desk.words import local
from govpost.surfaces.shared.access import ActorRequest, audience

FIRST, LAST = 2016, 2099
_LINE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s*(?:~|至|到|—)\s*(\d{4}-\d\d-\d\d))?[\s,，]+(休|放假|rest|班|上班|work)[\s,，]*(.*)")


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the picture. kind: work, rest (weekend), holiday, makeup; mark: what the picture writes beside the number."""

    day: Day
    kind: str
    mark: str
    own: bool
    words: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month's name and its weeks, Monday first; None where the week belongs to another month."""

    first: date
    weeks: list[list[Cell | None]]


class DayForm(forms.Form):
    on = day_field(gettext_lazy("Day"))
    is_working = forms.ChoiceField(
        label=gettext_lazy("This day is"), widget=forms.RadioSelect,
        choices=(("no", gettext_lazy("a day off")), ("yes", gettext_lazy("a working day"))),
        error_messages={"required": gettext_lazy("Say whether it works on this day.")},
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Why"), max_length=100, help_text=gettext_lazy("A move, a power cut, a local festival."))


class NoticeForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=FIRST, max_value=LAST, widget=forms.NumberInput({"class": "short"}))
    note = forms.CharField(label=gettext_lazy("Number of the notice"), max_length=100)
    days = forms.CharField(
        label=gettext_lazy("Days off and make-up days"),
        widget=forms.Textarea({"rows": 10, "class": "mono", "spellcheck": "false"}), max_length=20_000,
        help_text=gettext_lazy("One line each, as in: 2027-02-05至2027-02-11 休 春节, or: 2027-02-14 班 春节调休."),
    )  # fmt: skip


@audience(ADMIN)
@require_safe
def calendars(request: ActorRequest) -> HttpResponse:
    """One calendar's year as twelve months, its coming exceptions, and a warning where no notice covers the days yet."""
    today = shanghai_day(now())
    choices = _choices(request)
    calendar, year = _wanted(request, dict(choices), today)
    covered = queries.calendar_covered_until()
    own = {row.on for row in queries.exceptions(calendar, date(year, 1, 1))}
    context = {
        "months": _months(queries.year_of(calendar, year), own), "calendar": calendar, "name": dict(choices)[calendar], "choices": choices,
        "year": year, "years": range(today.year - 1, today.year + 3), "covered": covered, "today": today,
        "missing": covered is None or covered < date(today.year + 1, 12, 31), "country": request.actor.has(Role.ADMIN, ""),
        "exceptions": queries.exceptions(calendar, today + timedelta(days=1)), "changes": changes.of(f"calendar:{calendar}"),
        "may_except": calendar != NATIONAL or request.actor.has(Role.ADMIN, ""), "national": calendar == NATIONAL,
    }  # fmt: skip
    return render(request, "desk/configuration/calendars.html", context)


def _choices(request: ActorRequest) -> list[tuple[str, str]]:
    """The country's calendar, then those of the halls and delivery offices of the jurisdiction."""
    found = [(NATIONAL, _("The whole country"))]
    for region in request.actor.regions([Role.ADMIN]):
        found += [(f"hall:{hall.code}", local(hall, "name")) for hall in queries.halls(region)]
        found += [(f"outlet:{outlet.code}", local(outlet, "name")) for outlet in queries.outlets(region, OutletKind.DELIVERY_OFFICE.value)]
    return found


def _wanted(request: ActorRequest, known: dict[str, str], today: date) -> tuple[str, int]:
    calendar, year = request.GET.get("calendar", NATIONAL), request.GET.get("year", "")
    if calendar not in known:
        raise NotFound("calendar")
    chosen = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else today.year
    return calendar, chosen if FIRST <= chosen <= LAST else today.year


def _months(days: list[Day], own: set[date]) -> list[Month]:
    months = []
    for number in range(1, 13):
        cells = [_cell(day, day.on in own) for day in days if day.on.month == number]
        padded: list[Cell | None] = [*([None] * cells[0].day.on.weekday()), *cells]
        padded += [None] * (-len(padded) % 7)
        months.append(Month(cells[0].day.on, [padded[week : week + 7] for week in range(0, len(padded), 7)]))
    return months


def _cell(day: Day, own: bool) -> Cell:
    weekend = day.on.weekday() >= SATURDAY
    if day.is_working:
        kind, mark, words = ("makeup", _("W"), _("make-up day")) if weekend else ("work", "", _("working day"))
    else:
        kind, mark, words = ("rest", "", _("weekend")) if weekend else ("holiday", _("H"), _("day off"))
    parts = [words, day.note, _("own exception") if own else "", "" if day.confirmed else _("provisional")]
    return Cell(day, kind, mark, own, " · ".join(part for part in parts if part))


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def day_new(request: ActorRequest) -> HttpResponse:
    """An exception for a coming day; terms that begin from now on are counted with it."""
    known = dict(_choices(request))
    calendar = request.POST.get("calendar") or request.GET.get("calendar", "")
    if calendar not in known:
        raise NotFound("calendar")
    form = DayForm(request.POST or None)
    address = f"{reverse('desk:calendars')}?calendar={calendar}"

    def keep(data: dict[str, Any]) -> str:
        actions.set_day(
            calendar=calendar, on=data["on"], is_working=data["is_working"] == "yes", confirmed=True, note=data["note"], region="",
            at=now(), by=request.actor,
        )  # fmt: skip
        return f"{address}&year={data['on'].year}"

    intro = _("Terms that begin from now on are counted with it; terms that run keep their last day.")
    heading = _("Set an exception")
    return act(request, form, keep, done=_("The day is set."), heading=heading, eyebrow=known[calendar], intro=intro,
               back=(address, _("Working days")))  # fmt: skip


@audience(ADMIN)
@require_POST
def day_remove(request: ActorRequest) -> HttpResponse:
    """Take a coming exception back."""
    calendar = request.POST.get("calendar", "")
    if calendar not in dict(_choices(request)):
        raise NotFound("calendar")
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise NotFound("day") from None
    actions.unset_day(calendar=calendar, on=on, at=now(), by=request.actor)
    messages.success(request, _("The exception is taken back."))
    return redirect(f"{reverse('desk:calendars')}?calendar={calendar}&year={on.year}")


@audience(ADMIN)
@require_http_methods(["GET", "POST"])
def notice_new(request: ActorRequest) -> HttpResponse:
    """The year's notice as a list of days; the administrator of the whole country enters it."""
    form = NoticeForm(request.POST or None, initial={"year": shanghai_day(now()).year + 1})

    def keep(data: dict[str, Any]) -> str:
        resting, working = _read(data["days"])
        actions.keep_notice(year=data["year"], resting=resting, working=working, note=data["note"], at=now(), by=request.actor)
        return f"{reverse('desk:calendars')}?year={data['year']}"

    intro = _("Every coming day of the year is confirmed by it: the days you name, and Monday to Friday otherwise.")
    return act(request, form, keep, done=_("The notice is entered."), heading=_("Enter the notice of a year"), intro=intro,
               back=(reverse("desk:calendars"), _("Working days")))  # fmt: skip


def _read(text: str) -> tuple[dict[date, str], dict[date, str]]:
    """Days at rest and make-up days of a pasted notice; raises InvalidInput naming the first wrong line."""
    resting: dict[date, str] = {}
    working: dict[date, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        for on in (said := _days_of(line.strip(), number))[0]:
            (working if said[1] else resting)[on] = said[2]
    return resting, working


def _days_of(line: str, number: int) -> tuple[list[date], bool, str]:
    wrong = InvalidInput({"days": Text("Line %(line)s is no day with 休 or 班. Write it as in the example.", {"line": number})})
    match = _LINE.fullmatch(line)
    if match is None:
        raise wrong
    try:
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        raise wrong from None
    if not 0 <= (last - first).days < 60:
        raise wrong
    span = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return span, match[3] in ("班", "上班", "work"), match[4].strip()
