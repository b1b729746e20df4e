"""The month accounts: who owes what, and every charge and reversal behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from govpost.common.clock import now, shanghai_day
from govpost.common.money import yuan
from govpost.common.refusal import InvalidInput, NotFound
from govpost.common.text import Text
from govpost.parties import queries as parties
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.settlement import queries
from govpost.surfaces.desk.words import local, word_of
from govpost.surfaces.shared.access import STAFF, ActorRequest, audience
from govpost.surfaces.shared.csvout import csv_response

READERS = STAFF(Role.FINANCE, Role.SUPERVISOR, Role.OFFICER, Role.SENDER)


@audience(READERS)
@require_GET
def accounts(request: ActorRequest) -> HttpResponseBase:
    """Everybody who owes something for a month; the ledger as a whole sums to zero and says so."""
    month = _month(request)
    lines = queries.accounts(request.actor, month)
    names = _names(lines)
    if request.GET.get("format") == "csv":
        rows = ((names[line.account], word_of(line.payer, "payer"), line.charges, line.reversals, yuan(line.fen)) for line in lines)
        return csv_response(f"accounts-{month:%Y-%m}", [_("Account"), _("Payer"), _("Charges"), _("Reversals"), _("Owed")], rows)
    context = {
        "rows": [(line, names[line.account]) for line in lines], "month": month,
        "months": queries.months(request.actor), "balanced": queries.sums_to_zero(), "total": sum(line.fen for line in lines),
    }  # fmt: skip
    return render(request, "desk/money/accounts.html", context)


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
            (line.posted_on, line.kind, line.order_number, line.order_ref, line.item, line.tariff, yuan(line.fen)) for line in found.lines
        ]
        after = found.next
        if not after:
            break
    return csv_response(f"account-{month:%Y-%m}", ["date", "kind", "order", "reference", "item", "tariff", "yuan"], rows)


def _month(request: HttpRequest) -> date:
    text = request.GET.get("month", "")
    if not text:
        return shanghai_day(now()).replace(day=1)
    try:
        return date.fromisoformat(f"{text[:7]}-01")
    except ValueError:
        raise InvalidInput({"month": Text("Write the month as 2026-11.")}) from None
