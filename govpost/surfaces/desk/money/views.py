"""The month accounts: who owes what, and every charge and reversal behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from govpost.common.clock import now, shanghai_day
from govpost.common.money import yuan
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.settlement import queries
from govpost.surfaces.desk.words import PAYERS, kind_word, local, own_reference, word_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response
from govpost.surfaces.shared.formats import month as say_month
from govpost.surfaces.shared.paging import SIZE

READERS = STAFF(Role.FINANCE, Role.SUPERVISOR, Role.OFFICER, Role.SENDER)


class AccountsForm(forms.Form):
    """A month, who pays in which way, and the name of whoever owes."""

    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    payer = forms.ChoiceField(label=gettext_lazy("Payer"), required=False, choices=lambda: [("", gettext_lazy("All")), *PAYERS.items()])
    q = forms.CharField(
        label=gettext_lazy("Organisation or outlet"), required=False, max_length=60, widget=forms.TextInput({"type": "search"})
    )

    def __init__(self, months: Sequence[date], data: Any = None) -> None:
        super().__init__(data)
        self.fields["month"].choices = [(f"{each:%Y-%m}", say_month(each)) for each in months]  # type: ignore[attr-defined]


@audience(READERS)
@require_GET
def accounts(request: ActorRequest) -> HttpResponseBase:
    """Everybody who owes something for a month, those that owe most first; the ledger as a whole sums to zero and says so."""
    month = _month(request)
    form = AccountsForm(sorted({month, *queries.months(request.actor)}, reverse=True), {**request.GET.dict(), "month": f"{month:%Y-%m}"})
    chosen = form.cleaned_data if form.is_valid() else {}
    lines = [line for line in queries.accounts(request.actor, month) if line.payer == (chosen.get("payer") or line.payer)]
    if words := chosen.get("q", "").strip().lower():
        names = _names(lines)
        lines = [line for line in lines if words in names[line.account].lower()]
    if request.GET.get("format") == "csv":
        return _accounts_file(lines, month)
    page, following = _page_of(lines, request.GET.get("after", ""))
    names = _names(page)
    context = {
        "rows": [(line, names[line.account]) for line in page], "month": month, "form": form, "page": {"next": following},
        "narrowed": bool(words or chosen.get("payer")), "owing": len(lines), "total": sum(line.fen for line in lines),
        "balanced": queries.sums_to_zero(),
    }  # fmt: skip
    return render(request, "desk/money/accounts.html", context)


def _accounts_file(lines: Sequence[queries.AccountLine], month: date) -> HttpResponseBase:
    names = _names(lines)
    rows = ((names[line.account], word_of(line.payer, "payer"), line.charges, line.reversals, yuan(line.fen)) for line in lines)
    return csv_response(f"accounts-{month:%Y-%m}", [_("Account"), _("Payer"), _("Charges"), _("Reversals"), _("Owed")], rows)


def _page_of(lines: Sequence[queries.AccountLine], after: str) -> tuple[Sequence[queries.AccountLine], str]:
    """Some lines behind the account `after`, and the account behind which the next page begins; one that is gone begins anew."""
    begin = next((n for n, line in enumerate(lines, 1) if line.account == after), 0)
    page = lines[begin : begin + SIZE]
    return page, page[-1].account if begin + SIZE < len(lines) else ""


@audience(READERS)
@require_GET
def account(request: ActorRequest) -> HttpResponseBase:
    """One account's month with its lines, as a page or as CSV."""
    month, name = _month(request), request.GET.get("account", "")
    if not name:
        raise NotFound("account")
    if request.GET.get("format") == "csv":
        return _export(request, name, month)
    found = queries.month_account(request.actor, name, month, after=request.GET.get("after", ""))
    tariffs = {tariff.code: local(tariff, "name") for tariff in queries.tariffs(line.tariff for line in found.lines)}
    lines = [(line, tariffs.get(line.tariff, line.tariff)) for line in found.lines]
    context = {"statement": found, "lines": lines, "month": month, "name": _named(request, name, month)}
    return render(request, "desk/money/account.html", context)


def _named(request: ActorRequest, account: str, month: date) -> str:
    """Whose account it is, with the way it is paid; the key itself where nothing is known of it."""
    line = next((line for line in queries.accounts(request.actor, month) if line.account == account), None)
    return f"{_names([line])[account]} · {word_of(line.payer, 'payer')}" if line else account


def _names(lines: Sequence[queries.AccountLine]) -> dict[str, str]:
    """Whose accounts they are: an organisation's, or what an outlet takes at the door or from the sender."""
    keys = {line.account: line.account.partition(":")[2] for line in lines}
    organisations = parties.organisations_by_id(line.organisation_id for line in lines if line.organisation_id)
    outlets = places.outlets_by_code(keys.values())
    names = {str(key): local(owner, "name") for key, owner in (*organisations.items(), *outlets.items())}
    return {account: names.get(key, key) for account, key in keys.items()}


def _export(request: ActorRequest, name: str, month: date) -> HttpResponseBase:
    rows, after = [], ""
    while True:
        found = queries.month_account(request.actor, name, month, after=after, limit=1000)
        rows += [
            (line.posted_on, kind_word(line.kind), line.order_number, own_reference(line.order_ref), line.item, line.tariff, yuan(line.fen))
            for line in found.lines
        ]
        after = found.next
        if not after:
            break
    header = [_("Day"), _("Kind"), _("Mail number"), _("Reference"), _("Item code"), _("Tariff"), _("Amount in yuan")]
    return csv_response(f"account-{month:%Y-%m}", header, rows)


def _month(request: HttpRequest) -> date:
    text = request.GET.get("month", "")
    if not text:
        return shanghai_day(now()).replace(day=1)
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise InvalidInput({"month": Text("Write the month as 2026-11.")}) from None
