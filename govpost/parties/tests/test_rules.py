"""Which role fits which organisation, dates, causes, telephones: pure."""

from __future__ import annotations

from datetime import date

import pytest

from govpost.parties import rules
from govpost.parties.models import OrganisationKind
from govpost.parties.roles import Role

OFFICE = {Role.OFFICER, Role.SENDER, Role.INTEGRATOR}
POSTAL = {Role.COURIER, Role.STATION}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("kind", [None, *OrganisationKind])
def test_each_role_fits_its_organisations_only(role: Role, kind: OrganisationKind | None) -> None:
    fits = kind == "postal" if role in POSTAL else (kind is not None if role in OFFICE else True)
    assert rules.role_fits(role, kind).allowed is fits


def test_a_grant_may_last_one_day_but_not_less() -> None:
    day = date(2026, 3, 2)
    assert rules.dates_fit(day, None).allowed
    assert rules.dates_fit(day, day).allowed
    assert rules.dates_fit(day, date(2026, 3, 1)).code == "dates_reversed"


@pytest.mark.parametrize(
    ("cause", "case", "allowed"), [("核对身份", "GP1", True), ("", "GP1", False), (" x ", "GP1", False), ("核对", " ", False)]
)
def test_full_data_needs_a_cause_and_a_case(cause: str, case: str, *, allowed: bool) -> None:
    assert rules.cause_given(cause, case).allowed is allowed


@pytest.mark.parametrize("written", ["13812341234", "+8613812341234", "+86 138 1234 1234", "138-1234-1234"])
def test_one_telephone_has_one_form(written: str) -> None:
    assert rules.plain_phone(written) == "13812341234"


def test_personal_data_stays_out_of_what_is_printed() -> None:
    sealed = rules.Sealed("林示例", "111", "11010519491231002X", "13812341234", acting_name="李示例")
    shown = repr(sealed) + repr(rules.Identity("林示例", "111", "11010519491231002X", "13812341234"))
    shown += repr(rules.PartyContact("林示例", "13812341234"))
    for secret in ("林示例", "李示例", "11010519491231002X", "13812341234"):
        assert secret not in shown


def test_every_verb_names_its_roles() -> None:
    assert all(isinstance(role, Role) for roles in rules.MAY.values() for role in roles)
    assert not rules.MAY["sign_in"]
