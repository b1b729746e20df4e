"""A city's template: what it holds and leaves out, what is wrong with a filled one, and that twice is once."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govpost.cases.testing import make_cast
from govpost.catalogue.models import Service
from govpost.common.refusal import InvalidInput
from govpost.journal.models import Fact
from govpost.ops.cities import command
from govpost.ops.cities.exporting import template_of
from govpost.ops.cities.importing import bring_in
from govpost.ops.cities.words import CityWords, put_in, taken_out
from govpost.parties.models import Organisation
from govpost.places.models import Hall, Outlet
from govpost.places.testing import AT
from govpost.profiles.models import Profile
from govpost.settlement.models import Agreement, Tariff
from tests.journeys.fourth_city import filled_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
WORDS = CityWords("bozhou", "3416", "34.3416", "亳州市", "Bozhou", "341602", "谯城区", "Qiaocheng District", "2026-03-01")


@pytest.fixture(autouse=True)
def _bozhou() -> None:
    make_cast()


def template(code: str = "bozhou") -> dict[str, Any]:
    return template_of(code, on=TODAY)


@pytest.mark.parametrize(("code", "words"), [
    ("bozhou", ("亳州", "Bozhou", "BOZHOU", "bozhou-", "34.3416", "SL3416", "谯城")),
    ("jining", ("济宁", "Jining", "JINING", "jining-", "37.3708", "SL3708", "任城")),
    ("zhaoqing", ("肇庆", "Zhaoqing", "ZHAOQING", "zhaoqing-", "44.4412", "SL4412", "端州")),
])  # fmt: skip
def test_a_template_names_no_place_no_person_and_no_key(code: str, words: tuple[str, ...]) -> None:
    made = template(code)
    text = json.dumps({key: value for key, value in made.items() if key not in ("taken_from", "taken_on")}, ensure_ascii=False)
    assert [word for word in words if word in text] == []
    assert not any(word in text for word in ("password", "login", "154000", "王示例", "digest"))
    assert {row["uscc"] for row in made["organisations"]} == {""}
    assert {row["address"] + row["phone"] for row in (*made["outlets"], *made["halls"])} == {""}
    assert "risk" not in made["profile"]["settings"]
    assert made["profile"]["settings"]["payer_rules"]


def test_what_has_ended_is_in_no_template() -> None:
    made = template("zhaoqing")
    assert not {"000691002000", "000786001000"} & {document["code"] for document in made["catalogue"]}
    assert "{code}-state-tax" not in {row["code"] for row in made["organisations"]}


@pytest.mark.parametrize("code", ["anhui", "hq", "mars"])
def test_only_a_city_can_be_a_template(code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        template(code)
    assert set(refused.value.errors) == {"code"}


def test_a_dry_run_says_everything_and_makes_nothing() -> None:
    before = _counts()
    would = bring_in(filled_in(template()), at=AT, dry_run=True)
    assert _counts() == before
    made = bring_in(filled_in(template()), at=AT)
    assert (made.new, made.stood) == (would.new, would.stood)
    assert _counts() != before


@pytest.mark.parametrize("code", ["bozhou", "jining", "zhaoqing"])
def test_every_city_is_a_template_for_another_and_twice_is_once(code: str) -> None:
    bring_in(filled_in(template(code)), at=AT)
    counts, facts = _counts(), Fact.objects.count()
    again = bring_in(filled_in(template(code)), at=AT)
    assert (again.new, _counts(), Fact.objects.count()) == ({}, counts, facts)


def test_a_city_that_came_from_a_template_is_one_itself() -> None:
    bring_in(filled_in(template()), at=AT)
    ours, theirs = template_of("fuyang", on=TODAY), template()
    for part in ("profile", "organisations", "halls", "outlets", "county_outlets", "county_halls", "county_areas", "tariffs", "catalogue"):
        assert ours[part] == theirs[part], part


Spoil = Callable[[dict[str, Any]], object]
WRONG: list[tuple[str, Spoil]] = [
    ("form", lambda t: t.update(form="x")),
    ("extra", lambda t: t.update(extra=1)),
    ("halls", lambda t: t.pop("halls")),
    ("halls", lambda t: t.update(halls="none")),
    ("halls.0.hours", lambda t: t["halls"][0].pop("hours")),
    ("halls.0.colour", lambda t: t["halls"][0].update(colour="red")),
    ("fill_in", lambda t: t.update(fill_in=None)),
    ("fill_in.code", lambda t: t["fill_in"].update(code="Fu Yang")),
    ("fill_in.division", lambda t: t["fill_in"].update(division="")),
    ("fill_in.division", lambda t: t["fill_in"].update(division="3499")),
    ("fill_in.division", lambda t: t["fill_in"].update(division="341202")),
    ("fill_in.seat", lambda t: t["fill_in"].update(seat="341602")),
    ("fill_in.effective_on", lambda t: t["fill_in"].update(effective_on="soon")),
    ("organisations.1.uscc", lambda t: t["organisations"][1].update(uscc="")),
    ("organisations.1.uscc", lambda t: t["organisations"][1].update(uscc="123")),
    ("organisations.1.kind", lambda t: t["organisations"][1].update(kind="club")),
    ("organisations.0.name", lambda t: t["organisations"][0].update(name="{moon}法院")),
    ("organisations.1.hall", lambda t: t["organisations"][1].update(hall="HALL0")),
    ("halls.0.station", lambda t: t["halls"][0].update(station="SL0")),
    ("outlets.0.phone", lambda t: t["outlets"][0].update(phone="1")),
    ("county_outlets.0.at.341204.phone", lambda t: t["county_outlets"][0]["at"]["341204"].update(phone="")),
    ("county_outlets.0.at.341204.address", lambda t: t["county_outlets"][0]["at"].update({"341204": {"phone": "0558-0000001"}})),
    ("county_outlets.0.at.341602", lambda t: t["county_outlets"][0]["at"].update({"341602": {}})),
    ("county_halls.0.at.341221.uscc", lambda t: t["county_halls"][0]["at"]["341221"].update(uscc="")),
    ("county_halls.0.at.341221.phone", lambda t: t["county_halls"][0]["at"]["341221"].update(phone="1")),
    ("county_halls.0.at.341602", lambda t: t["county_halls"][0]["at"].update({"341602": {}})),
    ("county_areas.row 1", lambda t: t["county_areas"][0].update(days="8")),
    ("areas.0.county", lambda t: t["areas"].append({**t["county_areas"][0], "county": "341602"})),
    ("areas.341204.row 1", lambda t: t["areas"].append({**t["county_areas"][0], "county": "341204", "outlet": "x"})),
    ("tariffs.0.rows", lambda t: t["tariffs"][0].update(rows=[{"item": ""}])),
    ("tariffs.0.basis", lambda t: t["tariffs"][0].update(basis="感觉")),
    ("agreements.0.number", lambda t: t["agreements"][0].update(number="")),
    ("agreements.0.ends_on", lambda t: t["agreements"][0].update(ends_on="2020-01-01")),
    ("agreements.0.organisation", lambda t: t["agreements"][0].update(organisation="nobody")),
    ("profile.settings.door", lambda t: t["profile"]["settings"].update(door="theirs")),
    ("catalogue.0.mail.signers", lambda t: t["catalogue"][0]["mail"].update(signers=["ghost"])),
    ("catalogue.0.offers", lambda t: t["catalogue"][0]["offers"][0].update(department="nobody")),
]  # fmt: skip


def test_what_is_wrong_is_named_by_its_place_and_nothing_is_made() -> None:
    before, whole = _counts(), filled_in(template())
    for place, spoil in WRONG:
        document = deepcopy(whole)
        spoil(document)
        with pytest.raises(InvalidInput) as refused:
            bring_in(document, at=AT)
        assert place in refused.value.errors
    assert _counts() == before


def test_everything_that_is_left_open_is_said_at_once() -> None:
    document = filled_in(template())
    for row in document["organisations"]:
        row["uscc"] = ""
    with pytest.raises(InvalidInput) as refused:
        bring_in(document, at=AT)
    assert set(refused.value.errors) == {f"organisations.{n}.uscc" for n in range(len(document["organisations"]))}


def test_a_code_that_stands_for_something_else_is_refused() -> None:
    bring_in(filled_in(template()), at=AT)
    document = filled_in(template())
    document["halls"][0]["phone"] = "0558-0099999"
    with pytest.raises(InvalidInput) as refused:
        bring_in(document, at=AT)
    assert set(refused.value.errors) == {"halls.0.code"}


@pytest.mark.parametrize("nothing", [None, [], "x", 3])
def test_what_is_no_template_is_said_to_be_none(nothing: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        bring_in(nothing, at=AT)
    assert set(refused.value.errors) == {"form"}


def test_the_command_answers_programs_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "city.json"
    file.write_text("{", encoding="utf-8")
    assert command._import(Namespace(file=file, dry_run=False, format="json")) == 2
    assert json.loads(capsys.readouterr().out)["ok"] is False
    file.write_text(json.dumps(template()), encoding="utf-8")
    assert command._import(Namespace(file=file, dry_run=False, format="json")) == 1
    assert "fill_in.code" in json.loads(capsys.readouterr().out)["errors"]
    file.write_text(json.dumps(filled_in(template())), encoding="utf-8")
    assert command._import(Namespace(file=file, dry_run=True, format="json")) == 0
    assert json.loads(capsys.readouterr().out)["made"]["profile"] == ["fuyang"]
    assert command._export("mars") == 1


@given(st.text(alphabet="亳州市谯城区Bozhou3416 abc", max_size=40))
def test_what_is_taken_out_can_be_put_in_again(text: str) -> None:
    unknown: dict[str, str] = {}
    assert put_in(taken_out([text], WORDS.table()), WORDS.table(), at="", unknown=unknown) == [text]
    assert unknown == {}


def _counts() -> list[int]:
    return [model._default_manager.count() for model in (Profile, Organisation, Outlet, Hall, Service, Tariff, Agreement)]
