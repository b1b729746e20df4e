"""A fourth city starts by configuration only: Bozhou's template, filled in for Fuyang, carries a whole case and nothing leaks."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govpost.cases import actions as cases
from govpost.cases.rules import Address
from govpost.cases.testing import SYSTEM, Cast, make_cast, seen_all
from govpost.catalogue import queries as services
from govpost.common.clock import now, shanghai_day
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound
from govpost.delivery import queries as delivery
from govpost.journal.models import SetAside
from govpost.journal.testing import drain
from govpost.ops.cities import command
from govpost.ops.invariants import broken
from govpost.parties.roles import Role
from govpost.parties.testing import make_zhao, staff_actor
from govpost.places import queries as places
from govpost.places.testing import AT
from govpost.profiles import queries as profiles
from govpost.quality.queries import rates
from govpost.quality.queries.cuts import Cut
from govpost.settlement import queries as money
from govpost.timeline import queries as timeline
from tests.journeys.case_inside import Story
from tests.journeys.fourth_city import FUYANG, SEAT, filled_in

HYGIENE, WAYBILL = "000190001000", "1200000000401"
HOME = Address("林示例", "15400000001", "341221", "城关街道示例路 2 号 3 栋")


@pytest.fixture
def fuyang(journey: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Cast]:
    """Bozhou as it ships; Fuyang only by `govpost profile export bozhou` and `govpost profile import`."""
    bozhou = make_cast()
    assert command._export("bozhou") == 0
    file = tmp_path / "fuyang.json"
    file.write_text(json.dumps(filled_in(json.loads(capsys.readouterr().out))), encoding="utf-8")
    assert command._import(Namespace(file=file, dry_run=False, format="text")) == 0, capsys.readouterr().err
    yield _people(bozhou)
    assert not SetAside.objects.exists()
    assert broken() == {}


def _people(bozhou: Cast) -> Cast:
    """Fuyang's own staff: people are in no template."""
    far: dict[str, Any] = {"region": FUYANG}
    return Cast(
        lin_party=bozhou.lin_party, lin=bozhou.lin, qian=bozhou.qian, wang=staff_actor(Role.CLERK, organisation="fuyang-government", **far),
        officer=staff_actor(Role.OFFICER, organisation="fuyang-health", **far),
        station=staff_actor(Role.STATION, organisation="fuyang-post", outlet="SL341200S1", **far),
        zhao=make_zhao(organisation="fuyang-post", region=FUYANG, outlet="SL341221D1"),
        supervisor=staff_actor(Role.SUPERVISOR, organisation="fuyang-government", **far),
        service=services.service(HYGIENE, shanghai_day(AT), FUYANG),
    )  # fmt: skip


def test_a_whole_case_runs_in_a_city_that_was_only_configured(fuyang: Cast) -> None:
    service = fuyang.service
    assert (str(service.region), service.department.code if service.department else "") == (FUYANG, "fuyang-health")
    story = Story(fuyang).apply(paper_way="door", address=HOME)
    assert (story.case.profile_pin, story.case.hall.code) == ("fuyang@2026-03-01", "HALL341221"), "the hall of Lin's own county"
    papers = story.papers_order()
    assert (papers.payer, papers.door, papers.origin_outlet) == ("government", "ours", "SL341221D1")
    story.collect().receive().decide().hand_over()
    result = story.close_parcel()
    assert (result.payer, result.origin_outlet, result.destination_outlet) == ("government", "SL341200S1", "SL341221D1")
    story.bag(result, WAYBILL, serials=(story.case.document_serial or "",))
    story.carry(WAYBILL, "in_transit", "at_delivery_office")
    story.deliver(result)
    assert story.case.state == "closed"

    charged = [line for each in (papers, result) for line in money.charges_of(SYSTEM, each.id)]
    assert [line.fen for line in charged] == [1000, 1200], "Fuyang's own price table, taken over from Bozhou's"
    accounts = {delivery.by_id(each.id).account for each in (papers, result)}
    assert len(accounts) == 1
    assert accounts.pop().startswith("government:")
    for kpi, counted in (("collection_on_time", (1, 1)), ("delivery_on_time", (2, 2))):
        assert [_counted(kpi, region) for region in (FUYANG, "34.3416")] == [counted, (0, 0)], "only Fuyang's rate counts Fuyang's mail"
    assert money.sums_to_zero()


def test_halls_and_delivery_days_of_the_counties_came_along(fuyang: Cast) -> None:
    on = shanghai_day(now())  # the day of the import: days that were not promised before begin then
    assert [hall.code for hall in places.halls(FUYANG)] == ["HALL341201", "HALL341221", "HALL341282"]
    ours, theirs = places.areas("341221", on), places.areas("341621", on)
    assert [(area.name[-2:], area.days) for area in ours] == [(area.name[-2:], area.days) for area in theirs]
    assert {area.outlet for area in ours} == {"SL341221D1"}
    village = places.find_area("341221", "临泉示例乡示例西村 3 号", on).area
    assert village is not None
    assert village.days == "135", "the courier comes there on three days"

    far = Story(fuyang).apply(address=replace(HOME, division="341222"))
    assert far.case.hall.code == "HALL341282", "a county without a hall goes to the nearest"
    there = Story(fuyang).apply(address=HOME)
    clerk = staff_actor(Role.CLERK, organisation="fuyang-government-341221", region=f"{FUYANG}.341221")
    received = cases.receive_papers(case_id=there.case.id, seen=seen_all(there.case), at=there.now, by=clerk, request_id=uuid7())
    assert received.papers_received_at
    drain()


def _counted(kpi: str, region: str) -> tuple[int, int]:
    """Due and on time, as the city's own quality manager reads it."""
    first, code = shanghai_day(AT), profiles.settings_for(region, shanghai_day(AT)).code
    manager = staff_actor(Role.QUALITY, organisation=f"{code}-post", region=region)
    counts = rates.total(manager, Cut(kpi, first, first + timedelta(days=7), region), at=AT + timedelta(days=8))
    return counts.due, counts.on_time


def test_neither_city_sees_the_others_cases_or_mail(fuyang: Cast) -> None:
    story = Story(fuyang).apply(address=HOME)
    drain()
    strangers = [staff_actor(Role.CLERK), staff_actor(Role.OFFICER, organisation="bozhou-health"), staff_actor(Role.SUPERVISOR)]
    for actor in strangers:
        with pytest.raises(NotFound):
            timeline.story(actor, story.number)
    assert timeline.story(fuyang.supervisor, story.number)


def test_the_other_cities_keep_their_own_settings(fuyang: Cast) -> None:
    on = shanghai_day(AT)
    ours, theirs = profiles.settings_for(f"{FUYANG}.{SEAT}", on), profiles.settings_for("34.3416.341602", on)
    assert (ours.code, theirs.code) == ("fuyang", "bozhou")
    assert (ours.lead_payer, ours.door, ours.platform_name) == ("government", "ours", "阜阳网上办事大厅")
    assert ours.risk is None, "an assessment of risks is signed for one city"
    assert {s.code for s in services.offered(FUYANG, on)} == {s.code for s in services.offered("34.3416", on)}
