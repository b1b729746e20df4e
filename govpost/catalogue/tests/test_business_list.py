"""The paper's business list: which city offers what through which department, between which days, and who may take it at the door."""

from __future__ import annotations

from datetime import date

import pytest

from govpost.catalogue import actions, queries
from govpost.catalogue.models import Service
from govpost.catalogue.testing import load_catalogue
from govpost.common.refusal import InvalidInput, NotFound
from govpost.places import identifiers
from govpost.places.testing import AT, LOADER
from govpost.profiles import queries as profiles
from govpost.profiles.testing import load_profiles

pytestmark = pytest.mark.django_db

BOZHOU, JINING, ZHAOQING = "34.3416", "37.3708", "44.4412"
ON = date(2017, 3, 28)
# What the paper calls it → code, and by city the department; in the order of its text.
LIST = {
    "二代身份证": ("000793001000", {JINING: "id-centre", ZHAOQING: "id-centre", BOZHOU: "id-centre"}),
    "护照": ("000788001000", {JINING: "exit-entry", ZHAOQING: "exit-entry"}),
    "港澳通行证": ("000788002000", {ZHAOQING: "exit-entry"}),
    "驾驶证": ("000794002000", {JINING: "traffic-police", ZHAOQING: "traffic-police"}),
    "车牌": ("000794001000", {JINING: "traffic-police", ZHAOQING: "traffic-police", BOZHOU: "traffic-police"}),
    "网上车管所": ("000794003000", {JINING: "traffic-police"}),
    "检察专递": ("001097001000", {JINING: "procuratorate", ZHAOQING: "procuratorate"}),
    "法院专递": ("001096001000", {JINING: "court", ZHAOQING: "court", BOZHOU: "court"}),
    "发票": ("001098001000", {JINING: "state-tax", ZHAOQING: "state-tax", BOZHOU: "state-tax"}),
    "税务文书": ("001098002000", {ZHAOQING: "state-tax"}),
    "高速ETC": ("002084001000", {JINING: "etc"}),
    "残联通知单": ("001089001000", {JINING: "disabled"}),
    "交通上岗证": ("000192002000", {JINING: "transport"}),
    "仲裁通知书": ("001087001000", {JINING: "arbitration", ZHAOQING: "arbitration"}),
    "行政执法通知书": ("000295001000", {JINING: "enforcement", ZHAOQING: "enforcement", BOZHOU: "enforcement"}),
    "绿色环保标志": ("000786001000", {ZHAOQING: "environment"}),
    "公文": ("001085001000", {BOZHOU: "office"}),
    "网上办事大厅": ("002083001000", {BOZHOU: "government"}),
}
ENDED = {"工商执照年检": ("000691001000", JINING, date(2014, 2, 28)), "工商年检代办": ("000691002000", ZHAOQING, date(2014, 2, 28)),
         "绿色环保标志": ("000786001000", ZHAOQING, date(2017, 12, 31))}  # fmt: skip
# The user pays but for these: Jining's rounds of 工商, 交通 and 执法, Zhaoqing's monthly clients, Bozhou's online hall and offices.
PAID_FOR = {
    JINING: {"交通上岗证": "department", "行政执法通知书": "department"},
    ZHAOQING: {"行政执法通知书": "department"},
    BOZHOU: {
        "法院专递": "department",
        "发票": "department",
        "公文": "department",
        "行政执法通知书": "department",
        "网上办事大厅": "government",
    },
}


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    load_catalogue()
    load_profiles()


@pytest.mark.parametrize("name", list(LIST))
def test_every_item_is_offered_where_the_paper_says_by_the_right_department(name: str) -> None:
    code, cities = LIST[name]
    for region in (JINING, ZHAOQING, BOZHOU):
        offered = {s.code: s.department.code.partition("-")[2] for s in queries.offered(region, ON) if s.department}
        assert offered.get(code) == cities.get(region)
        assert (code in [s.code for s in queries.search(name, region, ON)]) is (region in cities)


@pytest.mark.parametrize("region", list(PAID_FOR))
def test_who_pays_for_each_item_is_what_the_paper_says(region: str) -> None:
    settings = profiles.settings_for(region, ON)
    payers = {name: settings.payer_for(code, "single") for name, (code, cities) in LIST.items() if region in cities}
    assert {name: payer.kind.value for name, payer in payers.items()} == {name: PAID_FOR[region].get(name, "recipient") for name in payers}
    assert all(payer.basis for payer in payers.values())


def test_jining_pays_for_rounds_of_the_yearly_inspection_and_the_hall_of_bozhou_for_both_ways() -> None:
    for direction in ("papers", "result", "single"):
        assert profiles.settings_for(JINING, ON).payer_for("000691001000", direction).kind == "department"
        assert profiles.settings_for(BOZHOU, ON).payer_for("002083001000", direction).kind == "government"
    assert profiles.settings_for(ZHAOQING, ON).payer_for("000691002000", "result").kind == "recipient"


@pytest.mark.parametrize("name", list(ENDED))
def test_what_has_ended_is_offered_no_more_but_still_has_its_name(name: str) -> None:
    code, region, last = ENDED[name]
    after = date.fromordinal(last.toordinal() + 1)
    assert code in [s.code for s in queries.offered(region, last)]
    assert code not in [s.code for s in queries.offered(region, after)]
    assert code not in [s.code for s in queries.search(name, region, after)]
    with pytest.raises(NotFound):
        queries.service(code, after)
    with pytest.raises(NotFound):
        queries.ended(code, last)
    gone = queries.ended(code, after)
    assert (gone.valid_to, bool(gone.validity_basis)) == (last, True)
    assert queries.names(frozenset({code, "nothing"})) == {code: gone}


def test_paper_invoices_pass_from_the_state_tax_bureau_to_the_tax_bureau_and_fade() -> None:
    found = [queries.service("001098001000", on, JINING) for on in (date(2018, 7, 4), date(2018, 7, 5), date(2024, 12, 1))]
    assert [s.department.code for s in found if s.department] == ["jining-state-tax", "jining-tax", "jining-tax"]
    assert [s.version for s in found] == [1, 1, 2]
    assert "数电票" in found[2].name
    with pytest.raises(NotFound):
        queries.ended(found[1].task_code, date(2026, 1, 1))


def test_every_item_names_the_source_of_its_door_rule_and_is_marked() -> None:
    for service in Service.objects.all():
        assert service.mail_basis
        assert service.code == "000000000000" or "示例" in service.name
        assert service.code == "000000000000" or len(service.task_code) == 31
        assert service.decide_days is None or service.decide_basis
        if service.department:
            assert identifiers.uscc(service.department.uscc).code == "uscc_ok"


def test_letters_of_offices_travel_by_the_post_only_and_others_may_be_tendered() -> None:
    letters = {"检察专递", "法院专递", "税务文书", "残联通知单", "仲裁通知书", "行政执法通知书", "公文"}
    rules = {name: queries.service(code, ON) for name, (code, _) in LIST.items()}
    assert {name for name, service in rules.items() if service.post_only} == letters
    assert {name for name, service in rules.items() if service.goods} == {"车牌", "高速ETC"}
    court = rules["法院专递"]
    assert (court.attempts_max, court.signers) == (3, ["addressee", "agent", "family", "office"])
    assert "法释〔2004〕13号" in court.mail_basis


def test_an_offers_own_days_are_checked() -> None:
    document = next(d for d in actions.seed() if d["code"] == "001098002000")
    document["offers"][0]["valid_to"] = "soon"
    with pytest.raises(InvalidInput) as refused:
        actions.publish(document=document, at=AT, by=LOADER)
    assert set(refused.value.errors) == {"offers"}
