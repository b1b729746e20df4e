"""Many people join by a file: checked first, every row told; then joined, each with a first password that is shown once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from govpost.common.actor import Actor
from govpost.common.clock import now
from govpost.common.refusal import InvalidInput, NotFound, Refusal
from govpost.common.text import Text
from govpost.gateways.files.joiners import JoinerRow, read_joiners
from govpost.gateways.files.tables import RowError
from govpost.parties.models import Organisation
from govpost.parties.roles import Role
from govpost.places import queries as places
from govpost.surfaces.desk.configuration.pages import ADMIN
from govpost.surfaces.desk.people import choosing
from govpost.surfaces.desk.people.joining import Joiner, join
from govpost.surfaces.shared.access import ActorRequest, audience
from govpost.surfaces.shared.forms import add_refusal
from govpost.surfaces.shared.roles import ROLES
from govpost.surfaces.shared.words import say

_SALT = "desk.people.joiners"
_MAX_AGE = 3600


class _Checked(Exception):
    """Undoes what was only tried."""


class FileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"), widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
        help_text=gettext_lazy("CSV or XLSX with the columns 登录名, 姓名, 单位代码, and if you like 网点代码, 角色, 辖区代码, 截止日期."),
        error_messages={
            "required": gettext_lazy("Choose the file."),
            "empty": gettext_lazy("The file is empty. Choose a file with a header line and at least one row."),
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that could not be read: what to mend in it stands where a result would."""

    line: int
    refused: str
    row: None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row, or would: `refused` is empty for who may join; `password` is there once they have."""

    row: JoinerRow
    refused: str = ""
    password: str = ""

    @property
    def line(self) -> int:
        return self.row.line


@audience(ADMIN)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def joiners(request: ActorRequest) -> HttpResponse:
    """Check a file without doing anything; then let join those whose row is good."""
    if request.method == "POST" and "rows" in request.POST:
        return _join(request, request.POST["rows"])
    form = FileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "roles": ROLES, "organisations": choosing.open_organisations(request.actor), "back": _back()}
    if request.method == "POST" and form.is_valid():
        try:
            read = read_joiners(form.cleaned_data["file"].read(), role_words=_role_words())
        except InvalidInput as refusal:
            add_refusal(form, refusal)
        else:
            results = _each(request.actor, read.rows, now(), only_try=True)
            good = [asdict(each.row) for each in results if not each.refused]
            told: list[Unread | Result] = [*_unread(read.errors), *results]
            lines = sorted(told, key=lambda each: each.line)
            context |= {
                "checked": True, "lines": lines, "good": len(good), "bad": len(lines) - len(good), "unknown": read.unknown,
                "rows": signing.dumps(good, salt=_salt(request), compress=True) if good else "",
            }  # fmt: skip
    return render(request, "desk/people/joiners.html", context, status=422 if form.errors else 200)


def _unread(errors: Iterable[RowError]) -> list[Unread]:
    """One for each line, with everything that is wrong in it."""
    found: dict[int, list[str]] = {}
    for error in errors:
        found.setdefault(error.line, []).append(say(error.sentence))
    return [Unread(line, " ".join(sentences)) for line, sentences in found.items()]


def _join(request: ActorRequest, signed: str) -> HttpResponse:
    try:
        rows = [JoinerRow(**row) for row in signing.loads(signed, salt=_salt(request), max_age=_MAX_AGE)]
    except signing.BadSignature:
        raise InvalidInput({"file": Text("This check has expired. Send the file again.")}) from None
    results = _each(request.actor, rows, now(), only_try=False)
    joined = [each for each in results if not each.refused]
    context = {"results": joined, "refused": [each for each in results if each.refused], "back": _back()}
    return render(request, "desk/people/joined.html", context)


def _each(actor: Actor, rows: list[JoinerRow], at: datetime, *, only_try: bool) -> list[Result]:
    """Every row in a savepoint of its own: what may not be done says why and keeps nobody else."""
    organisations = {each.code: each for each in choosing.open_organisations(actor)}
    found = []
    for row in rows:
        password = ""
        try:
            with transaction.atomic():
                _staff, password = join(_joiner(row, organisations), at=at, by=actor)
                if only_try:
                    raise _Checked
        except _Checked:
            found.append(Result(row))
        except Refusal as refusal:
            found.append(Result(row, refused=_sentence(refusal)))
        else:
            found.append(Result(row, password=password))
    return found


def _joiner(row: JoinerRow, organisations: Mapping[str, Organisation]) -> Joiner:
    organisation = organisations.get(row.organisation)
    if organisation is None:
        raise InvalidInput({"organisation": Text("No organisation of yours has this code. Look it up in the list of organisations.")})
    try:
        outlet = places.outlet(row.outlet) if row.outlet else None
        region = places.region_of(row.region) if row.region else str(organisation.region)
    except NotFound:
        raise InvalidInput({"region": Text("There is no outlet or division of this code.")}) from None
    role = Role(row.role) if row.role else None
    return Joiner(row.login, row.name, organisation, outlet, role, region, date.fromisoformat(row.ends_on) if row.ends_on else None)


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, InvalidInput):
        return " ".join(say(sentence) for sentence in refusal.errors.values())
    return say(refusal.sentence)


def _role_words() -> dict[str, str]:
    """Roles as both languages write them."""
    found: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            found |= {str(word): str(role) for role, word in ROLES.items()}
    return found


def _salt(request: ActorRequest) -> str:
    return f"{_SALT}:{request.actor.key}"


def _back() -> tuple[str, str]:
    return reverse("desk:people"), _("People")
