"""City profiles at the desk: where each value comes from; a version is looked at, added, and taken back before it begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from govpost.cases.testing import make_case, make_cast
from govpost.common.clock import now, shanghai_day
from govpost.journal.models import Fact
from govpost.parties.roles import Role
from govpost.parties.testing import load_organisations
from govpost.profiles import queries
from govpost.profiles.events import VERSION_WITHDRAWN
from govpost.profiles.testing import load_profiles
from govpost.surfaces.desk.testing import as_new

pytestmark = pytest.mark.django_db
NO_RULES = {"rules-TOTAL_FORMS": "0", "rules-INITIAL_FORMS": "0"}


@pytest.fixture(autouse=True)
def _loaded() -> None:
    load_organisations()
    load_profiles()


def admin(region: str = "34.3416") -> Client:
    return as_new(Role.ADMIN, organisation="bozhou-government", region=region)


def ahead(days: int = 10) -> date:
    return shanghai_day(now()) + timedelta(days=days)


def said(**over: str) -> dict[str, str]:
    """Bozhou's form as it opens, with some fields changed."""
    values = {
        "effective_on": str(ahead()), "note": "示例批文", "door": "ours", "late_minutes": "30", "collect_hours": "2",
        "hours_same_city": "24", "intake": "stationed+online", "lead_channel": "online", "lead_payer": "government", "sharing": "full",
        "embedding": "computer+mobile", "interconnection": "third_party", "platform": "government",
        "platform_name": "亳州网上办事大厅", **NO_RULES,
    }  # fmt: skip
    return values | over


def test_the_list_is_the_tree_of_the_jurisdiction_with_what_it_inherits_from() -> None:
    page = admin().get("/desk/profiles").content.decode()
    assert [name for name in ("总部", "安徽省", "亳州市", "济宁市", "山东省") if name in page] == ["总部", "安徽省", "亳州市"]
    assert page.index("总部") < page.index("安徽省") < page.rindex("亳州市")
    assert admin().get("/desk/profiles/jining").status_code == 404


def test_a_profile_says_of_each_value_who_says_it_since_when() -> None:
    page = admin().get("/desk/profiles/bozhou").content.decode()
    for words in ("派驻人员", "总部（示例）", "政府付费", "网络办理（网上接单）", "寄件人"):
        assert words in page
    assert "本级改写" in page
    assert admin().get("/desk/profiles/hq").status_code == 200
    assert admin().get("/desk/profiles/bozhou", {"on": "2015-01-01"}).status_code == 200


def test_a_version_is_looked_at_before_it_is_added() -> None:
    case = make_case(make_cast(), at=now())
    changed = said(lead_payer="user", late_minutes="45")
    seen = admin().post("/desk/profiles/bozhou/new", changed | {"preview": "1"})
    page = seen.content.decode()
    assert seen.status_code == 200
    for words in ("用户付费", "45 分钟", "1 件在办办件"):
        assert words in page
    assert len(queries.versions("bozhou")) == 1, "looking adds nothing"
    assert admin().post("/desk/profiles/bozhou/new", changed | {"add": "1"}).status_code == 302
    after, today = queries.settings_of("bozhou", ahead()), queries.settings_of("bozhou", shanghai_day(now()))
    assert (after.lead_payer, after.late_minutes, today.lead_payer, today.late_minutes) == ("user", 45, "government", 30)
    assert queries.settings_by_pin(case.profile_pin).lead_payer == "government"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effective_on", str(shanghai_day(now()))),
        ("effective_on", "someday"),
        ("note", ""),
        ("late_minutes", "0"),
        ("collection_windows", "12-9"),
        ("risk_sentence", "只有一句"),
        ("lead_payer", "nobody"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_added(field: str, value: str) -> None:
    for button in ("preview", "add"):
        answer = admin().post("/desk/profiles/bozhou/new", said(**{field: value}) | {button: "1"})
        assert answer.status_code == 422 or (button, field, value[:2]) == ("preview", "effective_on", "20")
    assert len(queries.versions("bozhou")) == 1


def test_payer_rules_are_rows_in_their_order() -> None:
    rows = row(0, 2, "0001*", "*", "government", "government_buys", "示例合同")
    rows |= row(1, 1, "000190001000", "papers+result", "recipient", "recipient_collect", "示例公示") | {"rules-TOTAL_FORMS": "2"}
    assert admin().post("/desk/profiles/bozhou/new", said() | rows | {"add": "1"}).status_code == 302
    settings = queries.settings_of("bozhou", ahead())
    assert (settings.payer_for("000190001000", "result").kind, settings.payer_for("000190002000", "result").kind) == (
        "recipient",
        "government",
    )
    assert "示例公示" in admin().get("/desk/profiles/bozhou", {"on": str(ahead())}).content.decode()
    wrong = rows | {"rules-0-items": "12"}
    assert admin().post("/desk/profiles/bozhou/new", said(effective_on=str(ahead(20))) | wrong | {"add": "1"}).status_code == 422


def test_the_form_opens_with_what_counts_and_adding_it_unchanged_changes_nothing() -> None:
    page = admin().get("/desk/profiles/bozhou/new").content.decode()
    assert "亳州网上办事大厅" in page
    assert "沿用上级：60" in page
    risk = {"risk_sentence": "政府主导，被动服务", "risk_assessed_on": "2017-03-28", "risk_signed_by": "亳州市客户经理（示例）"}
    seen = admin().post("/desk/profiles/bozhou/new", said() | risk | _rows() | {"preview": "1"}).content.decode()
    assert "没有变化" in seen


def row(n: int, place: int, items: str, directions: str, payer: str, reason: str, basis: str, basis_en: str = "") -> dict[str, str]:
    values = {"place": str(place), "items": items, "directions": directions, "payer": payer, "reason": reason, "basis": basis}
    values |= {"basis_en": basis_en}
    return {"rules-INITIAL_FORMS": "0"} | {f"rules-{n}-{key}": value for key, value in values.items()}


def _rows() -> dict[str, str]:
    """Bozhou's own rules as the form holds them."""
    rules = queries.versions("bozhou")[0].settings["payer_rules"]
    found = {"rules-TOTAL_FORMS": str(len(rules))}
    for n, rule in enumerate(rules):
        items, directions = ", ".join(rule["items"]), "+".join(rule["directions"])
        found |= row(n, n + 1, items, directions, rule["payer"], rule["reason"], rule["basis"], rule["basis_en"])
    return found


def test_a_version_that_has_not_begun_is_withdrawn_with_a_reason() -> None:
    admin().post("/desk/profiles/bozhou/new", said(lead_payer="user") | {"add": "1"})
    address = f"/desk/profiles/bozhou/{ahead()}/withdraw"
    assert admin().get(address).status_code == 200
    assert admin().post(address, {"reason": ""}).status_code == 422
    assert admin().post(address, {"reason": "合同未签"}).status_code == 302
    assert queries.settings_of("bozhou", ahead()).lead_payer == "government"
    fact = Fact.objects.get(kind=VERSION_WITHDRAWN)
    assert (fact.payload["reason"], fact.payload["settings"]["lead_payer"]) == ("合同未签", "user")
    assert admin().post(address, {"reason": "again"}).status_code == 404
    assert admin().post("/desk/profiles/bozhou/2016-01-01/withdraw", {"reason": "past"}).status_code == 422
    assert len(queries.versions("bozhou")) == 1


def test_what_is_inherited_is_read_and_only_changed_by_those_above() -> None:
    for code in ("hq", "anhui"):
        page = admin().get(f"/desk/profiles/{code}")
        assert (page.status_code, "/new" in page.content.decode()) == (200, False)
        assert admin().get(f"/desk/profiles/{code}/new").status_code == 403
        assert admin().post(f"/desk/profiles/{code}/2016-01-01/withdraw", {"reason": "x"}).status_code == 403
    assert admin("").get("/desk/profiles/hq/new").status_code == 200
    assert admin("34").get("/desk/profiles/bozhou/new").status_code == 200
