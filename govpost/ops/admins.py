"""`govpost admin`: the first administrator of a fresh installation, and the way back in for the last one. Whoever may run it may all."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from govpost.ops import saying

if TYPE_CHECKING:
    from govpost.parties.models import Organisation

    Words = argparse._SubParsersAction[argparse.ArgumentParser]


KINDS = ("department", "making_centre", "postal", "government", "court", "client")


def add(words: Words) -> None:
    admin = words.add_parser("admin", help="make the first administrator, or let one in again who lost password or phone")
    verbs = admin.add_subparsers(title="verbs", required=True, metavar="VERB")
    making = verbs.add_parser("create", help="an administrator with a first password, shown once")
    making.add_argument("login", help="2 to 40 small letters, digits, dots or hyphens")
    making.add_argument("--name", required=True, help="the person's name")
    making.add_argument("--organisation", required=True, help="short code of the organisation they work for")
    making.add_argument("--region", default="", help="code of the division they administer (default: the whole country)")
    making.add_argument("--organisation-name", default="", help="full name, to make the organisation where it is missing")
    making.add_argument("--organisation-kind", default="government", choices=KINDS, help="its kind (default: government)")
    making.add_argument("--uscc", default="", help="its unified social credit code")
    saying.format_option(making)
    making.set_defaults(run=_with_database(create))
    letting_in = verbs.add_parser("reset", help="a new first password, and no second factor any more")
    letting_in.add_argument("login")
    letting_in.add_argument("--reason", required=True, help="kept in the journal; the person reads it")
    saying.format_option(letting_in)
    letting_in.set_defaults(run=_with_database(reset))


def _with_database(verb: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """The verb as a program of its own runs it."""

    def run(options: argparse.Namespace) -> int:
        from govpost.ops import ground

        os.environ.setdefault("GOVPOST_POOL_SIZE", "0")
        with ground.database():
            import django

            django.setup()
            return verb(options)

    return run


def create(options: argparse.Namespace) -> int:
    """Person, organisation where it is missing, and the role, together or not at all."""
    from django.db import transaction

    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.common.refusal import Refusal
    from govpost.parties import actions
    from govpost.parties.roles import Role
    from govpost.places import queries as places

    at, by, password = now(), Actor.system("command"), actions.first_password()
    try:
        with transaction.atomic():
            region = places.region_of(options.region)
            organisation = _organisation(options, region)
            staff = actions.add_staff(
                login=options.login, name=options.name, organisation=organisation, password=password, must_change=True, at=at, by=by
            )
            actions.grant(staff=staff, role=Role.ADMIN, region=region, organisation=None, at=at, by=by)
    except Refusal as refusal:
        return _cannot(options, refusal)
    return _tell(options, staff.login, password)


def reset(options: argparse.Namespace) -> int:
    from django.db import transaction

    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.common.refusal import NotFound, Refusal
    from govpost.parties import actions
    from govpost.parties.models import Staff

    at, by, password = now(), Actor.system("command"), actions.first_password()
    try:
        staff = Staff.objects.filter(login=options.login.strip().lower()).first()
        if staff is None:
            raise NotFound("staff")
        with transaction.atomic():
            actions.set_password(staff_id=staff.id, password=password, must_change=True, at=at, by=by)
            if staff.has_second_factor:
                actions.reset_second_factor(staff_id=staff.id, reason=options.reason, at=at, by=by)
            actions.unlock_staff(staff_id=staff.id, at=at, by=by)
    except Refusal as refusal:
        return _cannot(options, refusal)
    return _tell(options, staff.login, password)


def _organisation(options: argparse.Namespace, region: str) -> Organisation:
    from govpost.common.actor import Actor
    from govpost.common.clock import now
    from govpost.common.refusal import NotFound
    from govpost.parties import actions, queries
    from govpost.parties.models import OrganisationKind

    try:
        return queries.organisation_by_code(options.organisation)
    except NotFound:
        if not options.organisation_name:
            raise
    return actions.add_organisation(
        code=options.organisation, name=options.organisation_name, name_en="", uscc=options.uscc,
        kind=OrganisationKind(options.organisation_kind), region=region, hall=None, at=now(), by=Actor.system("command"),
    )  # fmt: skip


def _tell(options: argparse.Namespace, login: str, password: str) -> int:
    if options.format == "json":
        print(json.dumps({"ok": True, "login": login, "first_password": password}))
    else:
        print(f"Login:          {login}\nFirst password: {password}")
        print("It is shown this once and has to be changed at the first sign-in, at /desk/sign-in.")
    return 0


def _cannot(options: argparse.Namespace, refusal: Exception) -> int:
    from govpost.common.refusal import InvalidInput, NotFound

    if isinstance(refusal, InvalidInput):
        error, remedy = "The command's entries need another look.", " ".join(str(sentence) for sentence in refusal.errors.values())
    elif isinstance(refusal, NotFound):
        error = "This login, organisation or division is not known."
        remedy = "Check its spelling; to make the organisation, add --organisation-name NAME."
    else:
        error, remedy = str(getattr(refusal, "sentence", refusal)), ""
    return saying.say(saying.Failure(error, remedy), as_json=options.format == "json")
