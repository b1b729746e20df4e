"""What an item's document says, in words: the labels of its keys and of its values, for tables and differences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from govpost.common.money import yuan
from govpost.surfaces.desk.words import kept_clause, word_of
from govpost.surfaces.shared.formats import day
from govpost.surfaces.shared.words import ITEM_TYPES, enumerated, local

Table = dict[str, Any]
OWNERS: Table = {"inside": gettext_lazy("decided in GovPost"), "outside": gettext_lazy("decided in the department's own system")}
SUBJECTS: Table = {
    "natural": gettext_lazy("people"), "legal": gettext_lazy("enterprises"), "both": gettext_lazy("people and enterprises"),
}  # fmt: skip
UNITS: Table = {"working": gettext_lazy("working days"), "calendar": gettext_lazy("calendar days")}
FORMS: Table = {"original": gettext_lazy("original"), "copy": gettext_lazy("copy"), "electronic": gettext_lazy("electronic")}
STARTS: Table = {
    "window_receipt": gettext_lazy("receipt of the papers at the window"), "application": gettext_lazy("the application"),
    "acceptance": gettext_lazy("acceptance"),
}  # fmt: skip
STATES: Table = {
    "draft": gettext_lazy("Draft"), "in_review": gettext_lazy("In review"), "returned": gettext_lazy("Sent back"),
    "approved": gettext_lazy("Agreed"), "withdrawn": gettext_lazy("Withdrawn"),
}  # fmt: skip
TONES = {"draft": "", "in_review": "warn", "returned": "bad", "approved": "good", "withdrawn": ""}
LABELS: Table = {
    "code": gettext_lazy("Base code"), "version": gettext_lazy("Version"), "name": gettext_lazy("Name of the item"),
    "name_en": gettext_lazy("Name in English"), "summary": gettext_lazy("Summary"), "summary_en": gettext_lazy("Summary in English"),
    "owner": gettext_lazy("Whose case"), "item_type": gettext_lazy("Kind of item"), "subject": gettext_lazy("Who may apply"),
    "keywords": gettext_lazy("Everyday words"), "directions": gettext_lazy("What travels"), "valid_from": gettext_lazy("First day"),
    "valid_to": gettext_lazy("Last day"), "validity_basis": gettext_lazy("What began or ended it"),
    "validity_basis_en": gettext_lazy("What began or ended it, in English"), "fee.fen": gettext_lazy("Fee"),
    "fee.basis": gettext_lazy("Basis of the fee"), "fee.basis_en": gettext_lazy("Basis of the fee, in English"),
    "clocks.start": gettext_lazy("Days count from"),
    "clocks.accept.days": gettext_lazy("Days to accept"), "clocks.accept.basis": gettext_lazy("Basis of the days to accept"),
    "clocks.decide.days": gettext_lazy("Days to decide"), "clocks.decide.legal_days": gettext_lazy("Days that the law allows"),
    "clocks.decide.unit": gettext_lazy("Unit of the days to decide"), "clocks.decide.basis": gettext_lazy("Basis of the days to decide"),
    "clocks.deliver.days": gettext_lazy("Days to deliver"), "clocks.deliver.basis": gettext_lazy("Basis of the days to deliver"),
    "licence.type_code": gettext_lazy("Type code of the licence"), "licence.name": gettext_lazy("Name of the result"),
    "licence.name_en": gettext_lazy("Result in English"), "licence.years": gettext_lazy("Years of validity"),
    "mail.signers": gettext_lazy("Who may sign"), "mail.needs_code": gettext_lazy("Pick-up code needed"),
    "mail.attempts_max": gettext_lazy("Most attempts"), "mail.hold_days": gettext_lazy("Days it is kept to be fetched"),
    "mail.goods": gettext_lazy("Goods, not a letter"), "mail.post_only": gettext_lazy("By the post only"),
    "mail.weight_g": gettext_lazy("Usual weight in grams"), "mail.basis": gettext_lazy("Basis of the mail rules"),
    "mail.basis_en": gettext_lazy("Basis of the mail rules, in English"),
}  # fmt: skip
_VALUES: dict[str, Table] = {
    "owner": OWNERS, "item_type": ITEM_TYPES, "subject": SUBJECTS, "clocks.start": STARTS, "clocks.accept.unit": UNITS,
    "clocks.decide.unit": UNITS, "clocks.deliver.unit": UNITS,
}  # fmt: skip


def label(key: str, values: Sequence[Any] = ()) -> str:
    """The name of a dotted key; a paper by its name in the reader's language, an unknown key as it is."""
    if key.startswith("papers."):
        said = next((each for each in values if isinstance(each, dict)), {})
        return _("Paper: %(name)s") % {"name": local(said, "name") or key.partition(".")[2]}
    return str(LABELS.get(key, key))


def shown(key: str, value: Any) -> str:
    """A value of a document as people read it; nothing is a dash."""
    if value in (None, "", []):
        return _("charged by the department itself") if key == "fee.fen" else "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "fee.fen":
        return f"¥{yuan(value)}"
    if isinstance(value, dict):
        return _paper(value)
    if isinstance(value, list):
        table = {"mail.signers": "signer", "directions": "leg"}.get(key)
        return enumerated(word_of(each, table) if table else each for each in value)
    if key in ("valid_from", "valid_to"):
        return day(date.fromisoformat(str(value)))
    if key.endswith("basis"):
        return kept_clause(str(value))
    return str(_VALUES.get(key, {}).get(str(value), value))


def _paper(paper: dict[str, Any]) -> str:
    parts = [f"{FORMS.get(paper['form'], paper['form'])} × {paper.get('copies', 1)}"]
    if waived := local(paper, "waived_because"):
        parts.append(_("waived: %(reason)s") % {"reason": waived})
    elif not paper.get("required", True):
        parts.append(_("if you have it"))
    return " · ".join(parts)
