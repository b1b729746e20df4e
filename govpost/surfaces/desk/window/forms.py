"""Forms of the window: counting papers, and giving papers back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.cases.models import CasePaper
from govpost.common.ids import uuid7
from govpost.profiles.rules import Window
from govpost.surfaces.shared.formats import clock_time, weekday
from govpost.surfaces.shared.forms import Card, CardField
from govpost.surfaces.shared.words import local


class PapersForm(forms.Form):
    """Here or missing for each paper that is awaited; nothing is chosen beforehand, so that every paper is looked at."""

    request_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid7)

    def __init__(self, papers: Sequence[CasePaper], data: Any = None) -> None:
        super().__init__(data)
        self.papers = list(papers)
        for paper in self.papers:
            name = local(paper, "name")
            self.fields[f"paper-{paper.id}"] = forms.ChoiceField(
                label=name, choices=[("here", _("Here")), ("missing", _("Missing"))], widget=forms.RadioSelect,
                error_messages={"required": _("Mark this paper as here or missing: %(name)s") % {"name": name}},
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[CasePaper, forms.BoundField]]:
        for paper in self.papers:
            yield paper, self[f"paper-{paper.id}"]

    def seen(self) -> dict[UUID, bool]:
        return {paper.id: self.cleaned_data[f"paper-{paper.id}"] == "here" for paper in self.papers}


class WindowForm(forms.Form):
    """When another courier comes; `window` gives the chosen one."""

    window = forms.ChoiceField(
        label=_("When shall the courier come?"),
        error_messages={
            "required": _("Choose the day and time at which the courier comes."),
            "invalid_choice": _("This time has passed or is no longer offered. Choose another one."),
        },
    )

    def __init__(self, windows: Sequence[Window], data: Any = None) -> None:
        super().__init__(data)
        self.windows = {window.start.isoformat(): window for window in windows}
        self.fields["window"].choices = window_choices(windows)  # type: ignore[attr-defined]

    def clean_window(self) -> Window:
        return self.windows[self.cleaned_data["window"]]


def window_choices(windows: Sequence[Window]) -> list[tuple[str, str]]:
    return [(each.start.isoformat(), f"{weekday(each.start)} {clock_time(each.start)}–{clock_time(each.end)}") for each in windows]


class ReturnForm(forms.Form):
    """How papers of a case that ended early go back."""

    way = CardField(
        label=_("How do the papers go back?"), error_messages={"required": _("Choose how the papers go back.")},
        choices=[
            ("window", Card(_("Now, at the window"), _("To the applicant, or whom the applicant sent."))),
            ("mail", Card(_("By post"), _("To the address of the application. The station desk packs and labels them."))),
        ],
    )  # fmt: skip
    checked = forms.BooleanField(
        label=_("I have looked at the identity document of the person before me, and it fits"), required=False
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("way") == "window" and not data.get("checked"):
            self.add_error("checked", _("Look at the identity document and confirm it."))
        return data
