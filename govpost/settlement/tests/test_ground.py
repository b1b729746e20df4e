"""The tests' own ground: what is put back without its actions is what its actions made."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.db import connection, transaction

from govpost.catalogue import actions as catalogue
from govpost.journal.models import Fact
from govpost.journal.testing import once
from govpost.parties import actions as parties
from govpost.parties.models import Organisation
from govpost.parties.testing import load_organisations
from govpost.places.testing import AT, LOADER, load_places
from govpost.profiles import actions as profiles
from govpost.settlement import actions as settlement

pytestmark = pytest.mark.django_db


def _by_actions() -> None:
    load_places()
    parties.load_organisations(at=AT, by=LOADER)
    profiles.load_seed(at=AT, by=LOADER)
    catalogue.load_seed(at=AT, by=LOADER)
    settlement.load_terms(at=AT, by=LOADER)


def _rows() -> dict[str, Counter[str]]:
    """Every row by its table; what is anew with each transaction, and the marks of configuration, left out."""
    found = {}
    with connection.cursor() as cursor:
        for table in {model._meta.db_table for model in apps.get_models()} - {"journal_stamp"}:
            cursor.execute(f"SELECT (to_jsonb(t) - '{{xid,seq,recorded_at}}'::text[])::text FROM {table} t")  # noqa: S608 our own tables
            found[table] = Counter(row for (row,) in cursor)
    return found


def test_what_is_put_back_equals_what_the_actions_made_in_the_same_order() -> None:
    load = once(_by_actions)
    seen = []
    for _ in range(2):
        with transaction.atomic():
            load()
            seen.append((_rows(), list(Fact.objects.order_by("seq").values_list("id", flat=True))))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert {"places_calendarday", "parties_organisation", "catalogue_service", "settlement_agreement"} <= {
        t for t, rows in seen[0][0].items() if rows
    }
    assert len(seen[0][1]) > 20


def test_where_something_stands_already_the_actions_are_asked() -> None:
    load_organisations()
    before = set(Organisation.objects.values_list("id", "hall_id"))
    load_organisations()
    assert set(Organisation.objects.values_list("id", "hall_id")) == before
    Organisation.objects.filter(code="bozhou-market").update(uscc="")
    load_organisations()
    assert Organisation.objects.get(code="bozhou-market").uscc == ""
