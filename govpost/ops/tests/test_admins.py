"""`govpost admin`: a fresh installation gets its first administrator, and the last one comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govpost.common.clock import now
from govpost.ops import admins
from govpost.ops.command import parser
from govpost.parties import queries, totp
from govpost.parties.actions import begin_second_factor, confirm_second_factor
from govpost.parties.models import Organisation, Staff
from govpost.parties.roles import Role
from govpost.places.testing import LOADER, load_places

pytestmark = pytest.mark.django_db

CREATE = ["admin", "create", "hq", "--name", "管理员", "--organisation", "hq-office", "--format", "json"]


def _run(*words: str, capsys: Any) -> tuple[int, dict[str, Any]]:
    options = parser().parse_args(words)
    status = (admins.create if words[1] == "create" else admins.reset)(options)
    return status, json.loads(capsys.readouterr().out)


def test_a_database_without_anything_gets_its_first_administrator(capsys: Any) -> None:
    status, told = _run(*CREATE, "--organisation-name", "省邮政管理中心（示例）", "--organisation-kind", "postal", capsys=capsys)
    staff = Staff.objects.get(login="hq")
    assert status == 0
    assert staff.check_password(told["first_password"])
    assert staff.must_change_password
    assert queries.actor_for_staff(staff, now()).has(Role.ADMIN, "37.3708")


def test_an_organisation_that_is_missing_is_said_and_nothing_is_made(capsys: Any) -> None:
    status, told = _run(*CREATE, capsys=capsys)
    assert status != 0
    assert "--organisation-name" in told["remedy"]
    assert not Staff.objects.exists()


def test_an_administrator_of_one_city(capsys: Any) -> None:
    load_places(calendar=False)
    words = (*CREATE, "--organisation-name", "亳州示例局", "--region", "3416")
    assert _run(*words, capsys=capsys)[0] == 0
    assert Organisation.objects.get().region == "34.3416"
    assert _run(*words, capsys=capsys)[0] != 0, "the login is taken"
    assert _run(*CREATE[:2], "other", *CREATE[3:], "--region", "9999", capsys=capsys)[0] != 0


def test_the_last_administrator_comes_back_without_password_and_phone(capsys: Any) -> None:
    _run(*CREATE, "--organisation-name", "示例中心", capsys=capsys)
    staff, secret = Staff.objects.get(), totp.new_secret()
    begin_second_factor(staff_id=staff.id, secret=secret, at=now(), by=LOADER)
    confirm_second_factor(staff_id=staff.id, code=totp.code_at(secret, totp.step_of(now())), at=now(), by=LOADER)
    status, told = _run("admin", "reset", "HQ", "--reason", "手机丢失", "--format", "json", capsys=capsys)
    found = Staff.objects.get()
    assert status == 0
    assert found.check_password(told["first_password"])
    assert (found.has_second_factor, found.must_change_password) == (False, True)
    assert _run("admin", "reset", "nobody", "--reason", "手机丢失", "--format", "json", capsys=capsys)[0] != 0
