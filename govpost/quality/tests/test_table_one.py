"""Table 1: equal to the paper, each cell moved by its own setting and by no other, exceptions counted from what came in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from pytest_django import DjangoAssertNumQueries

from govpost.cases.events import SUBMITTED
from govpost.common.actor import Actor, Grant
from govpost.common.clock import shanghai_at
from govpost.common.ids import uuid7
from govpost.common.refusal import NotFound, NotPermitted
from govpost.common.text import Text
from govpost.journal.followers import Told
from govpost.profiles import actions as profiles
from govpost.profiles import documents
from govpost.profiles.testing import load_profiles
from govpost.quality import actions
from govpost.quality.models import Intake, IntakeDay
from govpost.quality.recomputing import intake_differences
from govpost.quality.table_one import queries
from govpost.quality.table_one.rules import ROWS, as_code
from govpost.quality.testing import make_payload, make_told

SYSTEM = Actor.system("test")
TODAY = date(2026, 11, 28)
AT = shanghai_at(TODAY, 10)
TOMORROW = TODAY + timedelta(days=1)
PRINTED = {
    "收寄方式": ("实物寄递（派驻+网上接单）", "实物寄递（派驻+网上接单）", "网络办理（网上接单）"),
    "付费模式": ("用户付费", "用户付费", "政府付费"),
    "政府间数据是否共享": ("不共享", "不共享", "完全共享"),
    "政务平台是否接入 EMS": ("没有", "手机接入", "计算机和手机端都接入"),
    "数据互联": ("数据独立", "部分接入政府服务网络", "以第三方平台接入政务服务"),
    "业务平台": ("EMS 自有平台", "EMS 自有平台", "政府网络平台"),
    "风险": ("营销成本大，客户流失风险高", "政策风险、硬件投入较大", "政府主导，被动服务"),
}
OTHER: dict[str, list[Any]] = {  # for each setting every value that a profile may say
    "lead_channel": ["stationed_and_online", "online"],
    "lead_payer": ["user", "government"],
    "sharing": ["none", "full"],
    "embedding": [[], ["computer"], ["mobile"], ["computer", "mobile"]],
    "interconnection": ["independent", "partial", "third_party"],
    "platform": ["ems", "government"],
    "risk": [{"sentence": "另一评估", "assessed_on": "2026-11-01", "signed_by": "示例"}],
}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    load_profiles()
    with translation.override("zh-hans"):
        yield


def say(text: Text | str) -> str:
    return text if isinstance(text, str) else gettext(text.msgid)


def table(on: date = TODAY, actor: Actor = SYSTEM, *codes: str) -> queries.Table:
    return queries.table(actor, on=on, at=AT, codes=codes)


def printed(found: queries.Table) -> dict[str, tuple[str, ...]]:
    return {say(row.title): tuple(say(city.cells[place].words) for city in found.cities) for place, row in enumerate(ROWS)}


def quality_of(region: str, role: str = "quality") -> Actor:
    return Actor("staff", uuid7(), "质量监控", (Grant(role, region),))


def came_in(*facts: Told) -> int:
    return actions.keep_intake(facts, at=AT, by=SYSTEM)


def order(region: str = "34.3416.341602", by: str = "staff", **over: Any) -> Told:
    return make_told(make_payload(**{"region": region, "direction": "single", **over}), by=by)


def case(region: str = "34.3416.341602", by: str = "partner", **over: Any) -> Told:
    return make_told({"case": str(uuid7()), "number": "BJ1", "item": "000190001000", "region": region, **over}, kind=SUBMITTED, by=by)


def test_the_table_is_the_papers() -> None:
    assert [city.profile.code for city in table().cities] == ["jining", "zhaoqing", "bozhou"]
    assert printed(table()) == PRINTED


@pytest.mark.parametrize("city", ["jining", "zhaoqing", "bozhou"])
@pytest.mark.parametrize("setting", OTHER)
def test_another_setting_from_a_day_on_changes_its_own_cell_and_no_other(city: str, setting: str) -> None:
    before = table(TODAY, SYSTEM, city)
    standing = as_code(before.cities[0].sources[setting][0].value)
    for ahead, value in enumerate((each for each in OTHER[setting] if as_code(each) != standing), start=1):
        day = TODAY + timedelta(days=ahead)
        profiles.add_version(
            code=city, effective_on=day, settings=_whole(city) | {setting: value}, note="", at=AT, by=SYSTEM
        )  # fmt: skip
        assert printed(table(TODAY, SYSTEM, city)) == printed(before), "the day before stays as it was"
        after = table(day, SYSTEM, city)
        changed = [row.setting for row, was, now in zip(ROWS, before.cities[0].cells, after.cities[0].cells, strict=True)
                   if say(was.words) != say(now.words)]  # fmt: skip
        assert changed == [setting]
        assert after.cities[0].sources[setting][0].since == day
        everywhere = printed(table(day))
        for place, other in enumerate(("jining", "zhaoqing", "bozhou")):
            assert other == city or all(everywhere[title][place] == cells[place] for title, cells in PRINTED.items())


def _whole(city: str) -> dict[str, Any]:
    settings: dict[str, Any] = profiles.seed(f"city_{city}")["versions"][-1]["settings"]
    return settings


def test_every_value_that_a_profile_may_say_has_its_words() -> None:
    for row in ROWS[:-1]:
        for value in OTHER[row.setting]:
            documents.validate({row.setting: value})
            assert say(row.values[as_code(value)].words)
        assert set(row.values) == {as_code(value) for value in OTHER[row.setting]}


def test_exceptions_stand_beneath_with_their_counts() -> None:
    came_in(
        order(payer="recipient"), order(payer="recipient", by="person"), order(payer="government", direction="result"), case(by="staff")
    )
    came_in(order("37.3708.370811", payer="department"), order("37.3708.370811", payer="recipient", direction="result"))
    found = {city.profile.code: {cell.row.key: cell for cell in city.cells} for city in table().cities}
    counted = {
        (code, row): {each.measure.code: each.n for each in cell.exceptions}
        for code, cells in found.items() for row, cell in cells.items() if cell.exceptions
    }  # fmt: skip
    assert counted == {
        ("bozhou", "intake"): {"window_cases": 1, "window_mail": 1},
        ("bozhou", "payment"): {"recipient_pays": 2},
        ("jining", "payment"): {"department_pays": 1},
    }


def test_what_nothing_shows_at_work_is_declared_only() -> None:
    exercised = {cell.row.key: cell.exercised for cell in table().cities[2].cells}
    assert exercised == dict.fromkeys(exercised, False) | {"risk": True}
    came_in(case(screen="computer"), order(payer="government", by="person"))
    half = {cell.row.key: cell for cell in table().cities[2].cells}
    assert [key for key, cell in half.items() if not cell.exercised] == ["sharing", "embedding"]
    assert [say(each.params["what"]) for each in half["embedding"].lacking] == ["其他平台手机端提交的办件"]
    came_in(case(screen="mobile"))
    assert [cell.row.key for cell in table().cities[2].cells if not cell.exercised] == ["sharing"], "the exchange is not built"


def test_a_city_without_an_interface_says_who_uses_one_all_the_same() -> None:
    came_in(case("37.3708.370811"), order("37.3708.370811", by="partner", payer="department"))
    cells = {cell.row.key: cell for cell in table().cities[0].cells}
    assert [each.measure.code for each in cells["embedding"].exceptions] == ["partner_cases"]
    assert [each.measure.code for each in cells["interconnection"].exceptions] == ["partner_cases", "partner_mail"]
    assert [each.measure.code for each in cells["platform"].exceptions] == ["partner_cases"]


def test_what_came_in_counts_once_and_only_in_its_twelve_months() -> None:
    facts = [order(payer="recipient"), order(payer="recipient", source="import")]
    assert came_in(*facts) == 1
    assert came_in(*facts, facts[0]) == 0
    assert came_in(make_told(make_payload(before="ordered", after="collected", version=2))) == 0, "a change is no arrival"
    assert (Intake.objects.count(), IntakeDay.objects.get().n) == (1, 1)
    assert not intake_differences()
    day = Intake.objects.get().at.date()
    for on, n in ((day - timedelta(days=1), 0), (day, 1), (day + timedelta(days=364), 1), (day + timedelta(days=365), 0)):
        [volume] = [figure for figure in table(on, SYSTEM, "bozhou").cities[0].figures if figure.code == "volume"]
        assert (volume.part, sum(volume.months)) == (n, n), on
    IntakeDay.objects.update(n=2)
    assert intake_differences() == [("341602", day)]


def test_a_count_opens_what_it_counts() -> None:
    came_in(order(payer="recipient", number="GP-1"), order(payer="government"), order("37.3708.370811", payer="recipient"))
    profile, found = queries.behind(SYSTEM, code="bozhou", measure="recipient_pays", on=TODAY)
    assert (profile.code, [row.number for row in found]) == ("bozhou", ["GP-1"])
    with pytest.raises(NotFound):
        queries.behind(quality_of("37"), code="bozhou", measure="recipient_pays", on=TODAY)
    with pytest.raises(NotFound):
        queries.behind(SYSTEM, code="bozhou", measure="nothing", on=TODAY)


def test_whoever_looks_sees_the_cities_of_the_own_jurisdiction() -> None:
    assert [city.profile.code for city in table(TODAY, quality_of("34")).cities] == ["bozhou"]
    assert [city.profile.code for city in table(TODAY, quality_of("37.3708", "admin")).cities] == ["jining"]
    assert table(TODAY, quality_of("34.3416.341602")).cities == ()
    with pytest.raises(NotPermitted):
        table(TODAY, quality_of("34", "clerk"))


def test_a_day_before_the_profile_began_has_no_column() -> None:
    assert table(date(2015, 12, 31)).cities == ()
    assert printed(table(date(2016, 1, 1))) == PRINTED


def test_the_cost_does_not_grow_with_the_cities(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    table()
    with django_assert_max_num_queries(18):
        table()
