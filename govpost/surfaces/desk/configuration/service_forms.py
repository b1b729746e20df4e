"""The form of a next version: an item's document as fields, its papers as rows that can be added, moved and removed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from govpost.catalogue.documents import DIRECTIONS, SIGNERS
from govpost.surfaces.desk.configuration.pages import day_field
from govpost.surfaces.desk.configuration.service_words import FORMS, LABELS, OWNERS, STARTS, SUBJECTS, UNITS
from govpost.surfaces.desk.words import word_of
from govpost.surfaces.shared.words import ITEM_TYPES

SHORT, WIDE = {"class": "short"}, {"rows": 3}
ROOM, MOST = 2, 40  # empty rows for further papers, rows in all


def _words(key: str, *, required: bool = True, long: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(WIDE) if long else None
    return forms.CharField(label=LABELS[key], required=required, max_length=4000 if long else 300, widget=widget, help_text=hint)


def _number(key: str, least: int, most: int, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(
        label=LABELS[key], required=required, min_value=least, max_value=most, widget=forms.NumberInput(SHORT)
    )  # fmt: skip


def _choice(key: str, table: dict[str, Any], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=LABELS[key], required=required, choices=[*([] if required else [("", "–")]), *table.items()])


def _several(key: str, codes: tuple[str, ...], table: str, *, required: bool = True) -> forms.MultipleChoiceField:
    choices = lambda: [(code, word_of(code, table)) for code in codes]  # noqa: E731
    return forms.MultipleChoiceField(label=LABELS[key], required=required, widget=forms.CheckboxSelectMultiple, choices=choices)


class VersionForm(forms.Form):
    """Field names are a document's dotted keys with "__" for the dots."""

    valid_from = day_field(LABELS["valid_from"], hint=_("From this day on people see this version; running cases keep theirs."))
    valid_to = day_field(LABELS["valid_to"], required=False)
    validity_basis, validity_basis_en = _words("validity_basis", required=False), _words("validity_basis_en", required=False)
    name, name_en = _words("name"), _words("name_en")
    summary, summary_en = _words("summary", long=True), _words("summary_en", required=False, long=True)
    keywords = _words("keywords", required=False, long=True, hint=_("Words that people search with, one a line."))
    owner, item_type, subject = _choice("owner", OWNERS), _choice("item_type", ITEM_TYPES), _choice("subject", SUBJECTS)
    directions = _several("directions", DIRECTIONS, "leg")
    fee__yuan = forms.DecimalField(
        label=_("Fee in yuan"), required=False, min_value=0, max_value=100_000, decimal_places=2, widget=forms.NumberInput(SHORT),
        help_text=_("Empty: the department charges it itself."),
    )  # fmt: skip
    fee__basis, fee__basis_en = _words("fee.basis", required=False), _words("fee.basis_en", required=False)
    clocks__start = _choice("clocks.start", STARTS, required=False)
    clocks__accept__days, clocks__accept__basis = _number("clocks.accept.days", 1, 365), _words("clocks.accept.basis", required=False)
    clocks__decide__days, clocks__decide__legal_days = _number("clocks.decide.days", 1, 365), _number("clocks.decide.legal_days", 1, 365)
    clocks__decide__unit, clocks__decide__basis = _choice("clocks.decide.unit", UNITS), _words("clocks.decide.basis", required=False)
    clocks__deliver__days, clocks__deliver__basis = _number("clocks.deliver.days", 1, 365), _words("clocks.deliver.basis", required=False)
    licence__type_code = _words("licence.type_code", required=False)
    licence__name, licence__name_en = _words("licence.name", required=False), _words("licence.name_en", required=False)
    licence__years = _number("licence.years", 1, 99)
    mail__signers = _several("mail.signers", SIGNERS, "signer")
    mail__needs_code = forms.BooleanField(label=LABELS["mail.needs_code"], required=False)
    mail__attempts_max = _number("mail.attempts_max", 1, 9, required=True)
    mail__hold_days = _number("mail.hold_days", 1, 60, required=True)
    mail__goods = forms.BooleanField(label=LABELS["mail.goods"], required=False)
    mail__post_only = forms.BooleanField(
        label=LABELS["mail.post_only"], required=False, help_text=_("Official documents and reserved letters (Postal Law, Art. 55)."),
    )  # fmt: skip
    mail__weight_g = _number("mail.weight_g", 1, 50_000, required=True)
    mail__basis, mail__basis_en = _words("mail.basis", long=True), _words("mail.basis_en", required=False, long=True)


GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("From when to when"), ("valid_from", "valid_to", "validity_basis", "validity_basis_en")),
    (_("What it is"), ("name", "name_en", "summary", "summary_en", "keywords", "owner", "item_type", "subject", "directions")),
    (_("Fee and days"), (
        "fee__yuan", "fee__basis", "fee__basis_en", "clocks__start", "clocks__accept__days", "clocks__accept__basis",
        "clocks__decide__days", "clocks__decide__legal_days", "clocks__decide__unit", "clocks__decide__basis", "clocks__deliver__days",
        "clocks__deliver__basis",
    )),
    (_("The result"), ("licence__type_code", "licence__name", "licence__name_en", "licence__years")),
    (_("Its mail"), (
        "mail__signers", "mail__needs_code", "mail__attempts_max", "mail__hold_days", "mail__goods", "mail__post_only", "mail__weight_g",
        "mail__basis", "mail__basis_en",
    )),
)  # fmt: skip


class PaperForm(forms.Form):
    name = forms.CharField(label=_("Name of the paper"), required=False, max_length=300)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=300)
    form = forms.ChoiceField(label=_("Kind of paper"), choices=list(FORMS.items()))
    copies = forms.IntegerField(label=_("Copies"), min_value=1, max_value=99, initial=1, widget=forms.NumberInput(SHORT))
    required = forms.BooleanField(label=_("always needed"), required=False, initial=True)
    waived_because = forms.CharField(label=_("Waived because"), required=False, max_length=300)
    waived_because_en = forms.CharField(label=_("Waived because, in English"), required=False, max_length=300)
    place = forms.IntegerField(label=_("Position"), required=False, min_value=1, max_value=99, widget=forms.NumberInput(SHORT))
    remove = forms.BooleanField(label=_("remove"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("name") and not data.get("name_en") and not data.get("remove"):
            self.add_error("name_en", _("Give the paper an English name too."))
        return data


PaperRows: type[forms.BaseFormSet[PaperForm]] = forms.formset_factory(PaperForm, extra=ROOM, max_num=MOST)


def initial_of(document: dict[str, Any]) -> dict[str, Any]:
    """A document as the form's first values."""
    found: dict[str, Any] = {}
    for name in VersionForm.base_fields:
        value: Any = document
        for key in name.split("__"):
            value = value.get(key) if isinstance(value, dict) else None
        found[name] = value
    fen = document.get("fee", {}).get("fen", 0)
    found |= {"keywords": "\n".join(document.get("keywords", [])), "fee__yuan": None if fen is None else f"{fen / 100:.2f}"}
    return found | {"clocks__decide__unit": found["clocks__decide__unit"] or "working"}


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**paper, "place": position} for position, paper in enumerate(document.get("papers", []), start=1)]


def document_from(data: dict[str, Any], papers: list[dict[str, Any]], kept: dict[str, Any]) -> dict[str, Any]:
    """The document that the form says; `kept` is what it does not ask: code, version, offers."""
    fee = data["fee__yuan"]
    document: dict[str, Any] = {
        **kept, **{key: data[key] for key in ("name", "name_en", "summary", "owner", "item_type", "subject", "directions")},
        "valid_from": data["valid_from"].isoformat(), "valid_to": data["valid_to"].isoformat() if data["valid_to"] else None,
        "keywords": [line.strip() for line in data["keywords"].splitlines() if line.strip()],
        "fee": {"fen": None if fee is None else int(fee * 100), "basis": data["fee__basis"], "basis_en": data["fee__basis_en"]},
        "clocks": _clocks(data), "papers": _papers(papers),
        "mail": {key.removeprefix("mail__"): value for key, value in data.items() if key.startswith("mail__")},
        "licence": {key.removeprefix("licence__"): value for key, value in data.items() if key.startswith("licence__") and value},
    }  # fmt: skip
    for part in ("fee", "mail"):
        if not document[part]["basis_en"]:
            del document[part]["basis_en"]
    return document | {key: data[key] for key in ("summary_en", "validity_basis", "validity_basis_en") if data[key]}


def _clocks(data: dict[str, Any]) -> dict[str, Any]:
    clocks: dict[str, Any] = {"start": data["clocks__start"]} if data["clocks__start"] else {}
    for name in ("accept", "decide", "deliver"):
        said = {key.rpartition("__")[2]: value for key, value in data.items() if key.startswith(f"clocks__{name}__") and value}
        if said.get("days"):
            clocks[name] = {"basis": "", **said}
    return clocks


def _papers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In the order of their places; rows without a name and removed ones are left out."""
    wanted = [row for row in rows if row.get("name") and not row.get("remove")]
    wanted.sort(key=lambda row: row.get("place") or len(rows) + 1)
    keys = ("name", "name_en", "form", "copies", "required")
    waived = ("waived_because", "waived_because_en")
    return [{key: row[key] for key in keys} | {key: row[key] for key in waived if row["waived_because"]} for row in wanted]


def field_errors(form: forms.Form, errors: dict[str, Any], say: Any) -> None:
    """Put a document's errors at the fields that wrote it, by dotted key; what has no field stands above."""
    for key, sentence in errors.items():
        name = key.replace(".", "__")
        near = next((each for each in (name, f"{name}__days", f"{name}__yuan") if each in form.fields), None)
        form.add_error(near, say(sentence))
