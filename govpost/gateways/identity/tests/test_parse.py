from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govpost.common.refusal import Rejected
from govpost.gateways.identity.parse import read_claims
from govpost.gateways.identity.people import LIN, PEOPLE, RESTAURANT, Account
from govpost.parties.ports import IdentityClaims

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / name).read_text())
    return data


def natural(**over: object) -> dict[str, Any]:
    return sample("userinfo_natural.json") | over


def legal(**over: object) -> dict[str, Any]:
    return sample("userinfo_legal.json") | over


def test_a_person_is_read_from_the_sample() -> None:
    assert read_claims(natural()) == IdentityClaims(
        subject="ah-0001-lin",
        kind="natural",
        name="林示例",
        id_type="111",
        id_number="341602199105239989",
        phone="15400000001",
        assurance=3,
    )


def test_an_enterprise_is_read_with_the_person_who_acts_for_it() -> None:
    assert read_claims(legal()) == IdentityClaims(
        subject="ah-9001-canyin",
        kind="legal",
        name="亳州示例餐饮有限公司",
        id_type="001",
        id_number="91341602XX0000019J",
        phone="15400000003",
        assurance=4,
        legal_representative="孙示例",
        acting_person_name="孙示例",
        acting_id_number="341621197903089962",
        acting_phone="15400000003",
    )


@pytest.mark.parametrize(("account", "expected"), [(LIN, natural()), (RESTAURANT, legal())])
def test_the_sandbox_speaks_as_the_samples_do(account: Account, expected: dict[str, Any]) -> None:
    assert read_claims(account.userinfo()) == read_claims(expected)


@pytest.mark.parametrize("account", PEOPLE, ids=lambda account: account.subject)
def test_everybody_of_the_cast_can_be_read(account: Account) -> None:
    claims = read_claims(account.userinfo())
    assert (claims.subject, claims.id_number, claims.name) == (account.subject, account.number, account.name)


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        (natural(user_type="robot"), "claims_user_type"),
        (natural(user_type=None), "claims_user_type"),
        (natural(name="  "), "claims_name"),
        (natural(sub=17), "claims_sub"),
        (natural(id_type=""), "claims_id_type"),
        (natural(id_type="001"), "claims_id_type"),
        (natural(id_number=""), "claims_id_number"),
        (natural(id_number="34160219910523998"), "claims_id_number"),
        (natural(id_number="34160219910523998A"), "claims_id_number"),
        (natural(id_number="３４１６０２１９９１０５２３９９８９"), "claims_id_number"),
        (natural(id_number=341602199105239989), "claims_id_number"),
        (legal(id_number="91341602IX0000019J"), "claims_id_number"),
        (legal(acting_person={"name": "", "id_type": "111", "id_number": "341621197903089962"}), "claims_name"),
        (legal(acting_person={"name": "孙示例", "id_type": "111", "id_number": "1"}), "claims_id_number"),
    ],
)
def test_what_is_missing_or_cannot_be_right_is_refused(claims: dict[str, Any], code: str) -> None:
    with pytest.raises(Rejected) as refused:
        read_claims(claims)
    assert refused.value.code == code


def test_a_phone_that_the_province_did_not_verify_is_not_taken() -> None:
    assert read_claims(natural(phone_number_verified=False)).phone == ""
    assert read_claims(natural(phone_number_verified="true")).phone == ""


@pytest.mark.parametrize("level", [None, 0, 5, "3", True, 2.5])
def test_a_real_name_level_that_cannot_be_read_counts_as_the_lowest(level: object) -> None:
    assert read_claims(natural(assurance_level=level)).assurance == 1


def test_a_kind_of_document_that_is_not_known_is_kept_as_it_came() -> None:
    claims = read_claims(natural(id_type="788", id_number="e12345678"))
    assert (claims.id_type, claims.id_number) == ("788", "E12345678")


def test_a_person_has_no_agent_whatever_is_sent() -> None:
    claims = read_claims(natural(acting_person=legal()["acting_person"], legal_representative="孙示例"))
    assert (claims.acting_person_name, claims.legal_representative) == ("", "")


def test_claims_do_not_show_themselves_in_logs() -> None:
    shown = repr(read_claims(legal()))
    for secret in ("亳州示例餐饮有限公司", "91341602XX0000019J", "15400000003", "341621197903089962", "孙丽"):
        assert secret not in shown
