"""Forms of the counter: who is looked for, who is entered, and the parts of an intake. What is right is decided by the rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govpost.cases.intake import WAIVERS, Comer, Given, Mistake, Provided, Relation, Source, Waiver
from govpost.catalogue.models import Paper
from govpost.licences.models import Licence
from govpost.parties.ports import IdType
from govpost.parties.rules import OTHER_DOCUMENTS
from govpost.places import identifiers
from govpost.profiles.rules import Window
from govpost.surfaces.desk.window.forms import window_choices
from govpost.surfaces.desk.words import ID_TYPES, clause
from govpost.surfaces.shared.forms import Card, CardField
from govpost.surfaces.shared.offering import offer
from govpost.surfaces.shared.words import local, with_basis

_PLAIN: dict[str, Any] = {"autocomplete": "off", "spellcheck": "false"}
LONGEST_LINE, LONGEST_TEXT = 200, 2000


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("Document number or telephone"), max_length=60,
        help_text=_("Identity card, unified social credit code, passport; or scan the number of a case."),
        widget=forms.TextInput(attrs={**_PLAIN, "autofocus": True, "accesskey": "n"}),
        error_messages={
            "required": _("Type or scan the number of the person's document."), "max_length": _("Type at most 60 characters."),
        },
    )  # fmt: skip


class EnterForm(forms.Form):
    """Somebody who is not known yet; `seen`: the original document was looked at."""

    id_type = forms.ChoiceField(
        label=_("Kind of document"),
        choices=[(kind.value, ID_TYPES[kind.value]) for kind in (IdType.RESIDENT_ID_CARD, IdType.USCC, *OTHER_DOCUMENTS)],
    )
    id_number = forms.CharField(
        label=_("Document number"), max_length=30, widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": _("Enter the number as it stands on the document: 5 to 20 letters and digits.")},
    )  # fmt: skip
    name = forms.CharField(
        label=_("Name"), max_length=100, widget=forms.TextInput(attrs=_PLAIN), help_text=_("A person's name, or the enterprise's."),
        error_messages={"required": _("Enter the name as it stands on the document.")},
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={**_PLAIN, "type": "tel"}),
        help_text=_("Short messages about the case go there; a mobile number is best. Leave it empty for somebody who has none."),
    )  # fmt: skip
    seen = forms.BooleanField(
        label=_("I have looked at the original document"),
        error_messages={"required": _("Look at the original document and confirm it.")},
    )


class ItemForm(forms.Form):
    """Words, pinyin, initials or a code of an item."""

    q = forms.CharField(
        label=_("What for?"), required=False, max_length=60,
        help_text=_("Words, pinyin or initials of an item, or its code; of every department."),
        widget=forms.TextInput(attrs={**_PLAIN, "type": "search", "accesskey": "s"}),
    )  # fmt: skip


class AnswersForm(forms.Form):
    """What the item asks besides papers."""

    subject = forms.CharField(label=_("Applies for"), required=False, max_length=LONGEST_LINE, widget=forms.TextInput(attrs=_PLAIN))
    premises = forms.CharField(label=_("Premises"), required=False, max_length=LONGEST_LINE, widget=forms.TextInput(attrs=_PLAIN))
    details = forms.CharField(
        label=_("Also said"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


class ComerForm(forms.Form):
    """Who stands at the counter. Number and telephone of an agent are not shown again: left empty they stay."""

    relation = CardField(label=_("Who is here?"), required=False)
    identity_seen = forms.BooleanField(
        label=_("I have looked at the identity document of the person at the counter, and it fits"), required=False
    )  # fmt: skip
    comer_name = forms.CharField(label=_("Name of the agent"), required=False, max_length=50, widget=forms.TextInput(attrs=_PLAIN))
    comer_number = forms.CharField(
        label=_("Identity card number of the agent"), required=False, max_length=30, widget=forms.TextInput(attrs=_PLAIN)
    )  # fmt: skip
    comer_phone = forms.CharField(
        label=_("Telephone of the agent"), required=False, max_length=30, widget=forms.TextInput(attrs={**_PLAIN, "type": "tel"})
    )  # fmt: skip
    authority_seen = forms.BooleanField(label=_("I have looked at the letter of authority (授权委托书)"), required=False)

    def __init__(self, *, legal: bool, before: Comer | None, data: Any = None) -> None:
        kept = before or Comer()
        super().__init__(data, initial={
            "relation": kept.relation, "identity_seen": kept.identity_seen, "comer_name": kept.name, "authority_seen": kept.authority_seen,
        })  # fmt: skip
        self.before = kept
        in_person = _("The legal representative in person") if legal else _("The applicant in person")
        sent = _("Somebody of the enterprise, sent") if legal else _("An agent, sent by the applicant")
        offer(self, "relation", [(Relation.SELF.value, Card(in_person)), (Relation.AGENT.value, Card(sent))])
        for name, known in (("comer_number", kept.id_number), ("comer_phone", kept.phone)):
            self.fields[name].help_text = _("Entered before; leave it empty to keep it.") if known else ""

    def comer(self) -> Comer:
        said = self.cleaned_data
        relation = said.get("relation", "")
        if relation != Relation.AGENT:
            return Comer(relation, identity_seen=said.get("identity_seen", False))
        return Comer(
            relation, said.get("comer_name", ""), identifiers.cleaned(said.get("comer_number", "")) or self.before.id_number,
            identifiers.cleaned(said.get("comer_phone", "")) or self.before.phone, said.get("authority_seen", False),
            said.get("identity_seen", False),
        )  # fmt: skip


HOW = (
    (Provided.PAPER.value, _("On paper")), (Provided.ELECTRONIC.value, _("Electronic")), (Provided.WAIVED.value, _("Not needed")),
    (Provided.LATER.value, pgettext_lazy("paper", "Missing")),
)  # fmt: skip


class ChecklistForm(forms.Form):
    """One mark for each paper; nothing is chosen beforehand, so that every paper is looked at."""

    def __init__(self, papers: Sequence[Paper], licences: Sequence[Licence], before: dict[str, Given], data: Any = None) -> None:
        super().__init__(data)
        self.papers = list(papers)
        stands: list[tuple[str, Any]] = [("", _("What stands for it?")), (Source.COPY.value, _("An electronic copy that I looked at"))]
        stands += [(f"{Source.LICENCE.value}:{each.identifier}", f"{each.name} {each.number}") for each in licences]
        why: list[tuple[str, Any]] = [("", _("Why is it not needed?")), *((waiver.value, _waiver_words(waiver)) for waiver in Waiver)]
        for paper in self.papers:
            given = before.get(str(paper.id), Given(""))
            source = f"{given.why}:{given.licence}" if given.licence else given.why
            self.fields[f"paper-{paper.id}"] = forms.ChoiceField(
                label=local(paper, "name"), choices=HOW, widget=forms.RadioSelect, required=False, initial=given.how
            )
            self.fields[f"source-{paper.id}"] = forms.ChoiceField(
                label=_("What stands for it?"), choices=stands, required=False, initial=source
            )  # fmt: skip
            self.fields[f"waiver-{paper.id}"] = forms.ChoiceField(
                label=_("Why is it not needed?"), choices=why, required=False, initial=given.why
            )  # fmt: skip

    def rows(self) -> Iterator[tuple[Paper, forms.BoundField, forms.BoundField, forms.BoundField]]:
        for paper in self.papers:
            yield paper, self[f"paper-{paper.id}"], self[f"source-{paper.id}"], self[f"waiver-{paper.id}"]

    def checklist(self) -> dict[str, Given]:
        """The marks that were made; a paper without one is left out."""
        marks = {str(paper.id): self._given(str(paper.id)) for paper in self.papers}
        return {paper: given for paper, given in marks.items() if given.how}

    def _given(self, paper: str) -> Given:
        how = self.cleaned_data.get(f"paper-{paper}", "")
        if how == Provided.ELECTRONIC:
            source, _colon, licence = self.cleaned_data.get(f"source-{paper}", "").partition(":")
            return Given(how, source, licence)
        return Given(how, self.cleaned_data.get(f"waiver-{paper}", "") if how == Provided.WAIVED else "")


def _waiver_words(waiver: Waiver) -> str:
    decision = WAIVERS[waiver]
    return with_basis(decision.sentence, clause(decision.basis))


class WaysForm(forms.Form):
    """How the missing papers and the result travel."""

    paper_way = CardField(label=_("How do the missing papers come?"), required=False)
    window = forms.ChoiceField(label=_("When shall the courier come?"), required=False)
    result_way = CardField(label=_("How does the result come?"), required=False)

    def __init__(
        self, *, papers: Iterable[tuple[str, Card]], results: Iterable[tuple[str, Card]], windows: Sequence[Window], initial: Any,
        data: Any = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        offer(self, "paper_way", papers)
        offer(self, "result_way", results)
        offer(self, "window", [("", _("Please choose")), *window_choices(windows)])
        self.windows = {window.start.isoformat(): window for window in windows}

    def chosen_window(self) -> Window | None:
        return self.windows.get(self.cleaned_data.get("window", ""))


KNOWN, NEW = "known", "new"


class ContactForm(forms.Form):
    """Whom the courier asks for; left empty it is the applicant."""

    name = forms.CharField(label=_("Name for the courier"), required=False, max_length=50, widget=forms.TextInput(attrs=_PLAIN))
    phone = forms.CharField(
        label=_("Telephone"), required=False, max_length=30, widget=forms.TextInput(attrs={**_PLAIN, "type": "tel"})
    )  # fmt: skip


class WhichAddressForm(forms.Form):
    """The address that is known already, or another one."""

    which = CardField(label=_("Which address?"), required=False)

    def __init__(self, known: str, data: Any = None, *, chosen: str = "") -> None:
        super().__init__(data, initial={"which": chosen})
        other = Card(_("Another address"), _("County and street are typed below.")) if known else Card(_("This address"))
        cards = [(KNOWN, Card(_("The address that is known"), known))] if known else []
        offer(self, "which", [*cards, (NEW, other)])


class ConsentForm(forms.Form):
    """That the notice was read aloud and the choice is the applicant's own; whoever presses the button says so."""

    version = forms.CharField(widget=forms.HiddenInput)
    read_aloud = forms.BooleanField(
        label=_("I have read the notice aloud. How papers and result travel is the applicant's own, voluntary choice."),
        widget=forms.CheckboxInput(attrs={"autofocus": True}),
        error_messages={"required": _("Read the notice aloud, ask the applicant, and confirm it. Without it nothing can be taken in.")},
    )


MISTAKES = {
    Mistake.WRONG_PERSON.value: _("Taken in for the wrong person"), Mistake.WRONG_ITEM.value: _("Taken in for the wrong item"),
    Mistake.TWICE.value: _("Taken in twice"), Mistake.CHANGED_MIND.value: _("The applicant changed their mind at once"),
}  # fmt: skip


class NewPhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("New mobile number"), max_length=30, widget=forms.TextInput(attrs={**_PLAIN, "type": "tel"}),
        error_messages={"required": _("Enter the new mobile number.")},
    )  # fmt: skip
    identity_seen = forms.BooleanField(
        label=_("I have looked at the identity document of the person at the counter, and it fits"), required=False
    )  # fmt: skip


class UndoForm(forms.Form):
    why = forms.ChoiceField(
        label=_("Why is this intake undone?"), choices=list(MISTAKES.items()), widget=forms.RadioSelect,
        error_messages={"required": _("Say why this intake is undone.")},
    )  # fmt: skip


class IntakesForm(forms.Form):
    """What the list of intakes is narrowed to."""

    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    state = forms.ChoiceField(label=_("State"), required=False)
    who = forms.ChoiceField(label=_("By"), required=False, choices=[("", _("Me")), ("all", _("Everybody"))])
