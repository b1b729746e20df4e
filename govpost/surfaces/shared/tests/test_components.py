"""Components render what they promise: escaped, labelled, in words and not by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.template import RequestContext, Template
from django.test import Client, RequestFactory
from django.utils import translation

from govpost.common.clock import now
from govpost.common.text import Text
from govpost.surfaces.shared import charts, formats
from govpost.surfaces.shared.forms import Card, CardField, faults
from govpost.surfaces.shared.paging import Page
from govpost.surfaces.shared.style_guide import Line, SampleForm
from govpost.surfaces.shared.words import STATES, say, state_word

AT = datetime(2026, 11, 23, 11, 22, tzinfo=UTC)
EVIL = '<script>alert("x")</script>'


def render(source: str, path: str = "/list", **values: Any) -> str:
    context = RequestContext(RequestFactory().get(path), values)
    return Template("{% load govpost %}" + source).render(context)


@pytest.mark.parametrize("surface", ["portal", "desk", "courier", "print"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.django_db
@pytest.mark.urls("govpost.surfaces.shared.tests.routes")
def test_the_style_guide_shows_every_surface_without_inline_style_or_script(client: Client, surface: str, language: str) -> None:
    client.cookies["govpost_language"] = language
    response = client.get(f"/style-guide/{surface}")
    page = response.content.decode()
    assert response.status_code == 200
    assert f'data-surface="{surface}"' in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert page.count("<script") == page.count('nonce="') == 2
    assert 'href="#main"' in page
    assert page.count('id="main"') == 1


@pytest.mark.django_db
@pytest.mark.urls("govpost.surfaces.shared.tests.routes")
def test_the_style_guide_is_not_there_in_earnest(client: Client, settings: Any) -> None:
    settings.DEMO = False
    assert client.get("/style-guide").status_code == 404


@pytest.mark.parametrize(
    "source",
    [
        "{% tag evil %}",
        "{% status 'mail' evil %}",
        "{% fact evil evil evil evil %}",
        "{% masked evil evil evil %}",
        "{% code evil evil evil %}",
        "{% figure evil evil evil evil evil %}",
        "{% qr evil evil %}",
        "{% light 'red' evil %}",
        "{% progress 1 2 evil %}",
        "{% nav_link evil evil %}",
        "{% empty evil evil 'box' evil evil %}",
        "{% icon 'box' evil %}",
        "{% sparkline trend evil %}",
        "{% bars bars %}",
    ],
)
def test_no_component_lets_markup_through(source: str) -> None:
    values: dict[str, Any] = {"evil": EVIL, "trend": [1.0], "bars": [charts.Bar(EVIL, 1, EVIL, href=EVIL)]}
    assert "<script>" not in render(source, **values)


def test_a_light_says_its_word_and_differs_in_shape() -> None:
    lights = {colour: render(f"{{% light '{colour}' %}}") for colour in ("green", "amber", "red", "none")}
    assert [word in lights[c] for c, word in (("green", "按时"), ("amber", "临期"), ("red", "超期"), ("none", "无时限"))] == [True] * 4
    assert len({text.split("<path")[1].split("</svg>")[0] for text in lights.values()}) == 4


def test_an_unknown_state_is_shown_as_it_came() -> None:
    assert ">x_311<" in render("{% status 'mail' 'x_311' %}")


def test_every_state_of_the_mail_room_has_a_word() -> None:
    from govpost.delivery.states import State

    assert {state.value for state in State} <= set(STATES["mail"])
    assert state_word("mail", State.DELIVERED).tone == "good"


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    form = SampleForm({})
    form.is_valid()
    html = render("{% field form.phone %}", form=form)
    assert '<label for="id_phone">' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_helptext"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    assert "选填" in render("{% field form.window %}", form=SampleForm())
    assert "选填" not in render("{% field form.name %}", form=SampleForm())


def test_the_error_summary_leads_to_each_field_and_to_the_first_card() -> None:
    form = SampleForm({})
    form.is_valid()
    html = render("{% error_summary form %}", form=form)
    assert 'href="#id_phone"' in html
    assert 'href="#id_ways_0"' in html
    assert 'id="id_ways_0"' in render("{% field form.ways %}", form=form)


def test_no_errors_no_summary() -> None:
    assert render("{% error_summary form %}", form=SampleForm()).strip() == ""


class _Ways(forms.Form):
    way = CardField(choices=[("door", Card("A courier", "Today", "The government pays")), ("night", Card("At night", because="Not here"))])


def test_a_card_says_who_pays_and_why_it_cannot_be_had() -> None:
    html = render("{% field form.way %}", form=_Ways(initial={"way": "door"}))
    assert "The government pays" in html
    assert "Not here" in html
    assert html.count(" disabled") == 1
    assert html.count(" checked") == 1


def test_a_card_that_cannot_be_had_is_refused_with_its_reason() -> None:
    form = _Ways({"way": "night"})
    assert not form.is_valid()
    assert form.errors["way"] == ["Not here"]
    assert _Ways({"way": "door"}).is_valid()


def test_a_voided_line_is_struck_through_and_explained() -> None:
    line = Line(AT, "已妥投", "谯城区", "EMS", voided=True, because="误扫")
    html = render("{% timeline lines %}", lines=[Line(AT, "已下单"), line])
    assert "<del" in html
    assert "误扫" in html
    assert html.index("已妥投") < html.index("已下单")
    assert 'datetime="2026-11-23T19:22:00+08:00"' in html


@dataclass
class _Turn:
    who: Any
    sentence: Any
    since: datetime | None = None
    due: datetime | None = None


def test_the_banner_says_whose_turn_it_is() -> None:
    html = render("{% turn turn %}", turn=_Turn("谯城区卫健委", "正在审核", AT, AT))
    assert "现在轮到：谯城区卫健委" in html
    assert "正在审核" in html
    assert "现在轮到您" in render("{% turn turn mine=True %}", turn=_Turn("您", "请补正"))


def test_a_light_never_says_on_time_beside_a_promise_that_has_passed() -> None:
    day = timedelta(days=1)
    assert "按时" in render('{% turn turn light="green" %}', turn=_Turn("揽投员", "正在投递", AT, now() + day))
    assert "超期" in render('{% turn turn light="green" %}', turn=_Turn("揽投员", "正在投递", AT, now() - day))


def test_a_column_head_tells_its_order_and_turns_it() -> None:
    html = render("{% column 'at' 'When' %}{% column 'fee' 'Fee' first='desc' %}", sort="-at", path="/list?sort=-at&cursor=abc&q=1")
    assert 'aria-sort="descending"' in html
    assert 'href="?sort=at&amp;q=1"' in html
    assert 'href="?sort=-fee&amp;q=1"' in html


class TwoFields(forms.Form):
    q = forms.CharField(required=False)
    state = forms.CharField(required=False)
    show = forms.CharField(required=False, widget=forms.HiddenInput)


class OneField(forms.Form):
    q = forms.CharField(required=False)
    show = forms.CharField(required=False, widget=forms.HiddenInput)


def test_several_filters_fold_on_a_phone_until_something_is_chosen() -> None:
    assert '<details class="filter-fold no-print"><summary' in render("{% filter_bar form %}", form=TwoFields(), path="/list?show=late")
    assert '<details class="filter-fold no-print" open>' in render("{% filter_bar form %}", form=TwoFields(), path="/list?state=sent")
    assert "<details" not in render("{% filter_bar form %}", form=OneField())


def test_a_name_is_not_torn_from_its_mask() -> None:
    assert render("{{ who|unbroken }}", who="示例局 王**") == '<span>示例局 <span class="nowrap">王**</span></span>'
    assert render("{{ who|unbroken }}", who=EVIL).count("<script") == 0


def test_the_pager_keeps_the_filters() -> None:
    html = render("{% pager page %}", path="/list?q=1", page=Page([1], older="OLD", newer=""))
    assert 'href="?q=1&amp;cursor=OLD"' in html
    assert 'rel="prev"' not in html
    assert render("{% pager page %}", page=Page([1])).strip() == ""


def test_a_link_knows_where_the_reader_is() -> None:
    assert "aria-current" in render("{% nav_link '/desk/cases/' 'Cases' %}", path="/desk/cases/17")
    assert "aria-current" not in render("{% nav_link '/desk/cases/' 'Cases' exact=True %}", path="/desk/cases/17")
    assert "aria-current" not in render("{% nav_link '/desk/cases' 'Cases' %}", path="/desk/cases-outside")
    assert "aria-current" not in render("{% nav_link '/' 'Start' %}", path="/desk")


def test_a_code_is_spoken_digit_by_digit() -> None:
    html = render("{% code '482913' %}")
    assert "4 8 2 9 1 3" in html
    assert "<span>482</span><span>913</span>" in html


def test_a_masked_value_offers_the_full_one_only_with_a_way_to_it() -> None:
    assert "<a " not in render("{% masked '138****1234' %}")
    assert 'href="/reveal"' in render("{% masked '138****1234' '/reveal' %}")


def test_a_qr_code_reads_back() -> None:
    import base64
    from urllib.parse import unquote_to_bytes

    html = render("{% qr 'https://example.invalid/t/1' 'Track' %}")
    uri = html.split('src="')[1].split('"')[0].replace("&#x27;", "'").replace("&amp;", "&")
    data = uri.split(",", 1)[1]
    svg = base64.b64decode(data) if ";base64" in uri else unquote_to_bytes(data)
    assert b"<svg" in svg
    assert 'alt="Track"' in html


def test_a_day_without_data_is_a_gap_and_not_a_zero() -> None:
    assert charts.sparkline([1, 2, None, 3, 4], "x").count("<polyline") == 2
    assert "<polyline" not in charts.sparkline([None, None], "x")
    assert charts.sparkline([5], "x").count("<polyline") == 1


def test_money_and_numbers_read_as_people_write_them() -> None:
    assert formats.money(123456) == "¥1,234.56"
    assert formats.money(-1200) == "\u2212¥12.00"
    assert formats.money(0) == "¥0.00"
    assert formats.money(None) == "–"
    assert formats.number(12345) == "12,345"
    assert formats.rate(12, 13) == "92.31%"
    assert formats.rate(0, 0) == "–"


@pytest.mark.parametrize(
    ("language", "moment", "day", "weekday"),
    [
        ("zh-hans", "2026年11月23日 19:22", "2026年11月23日", "11月23日 星期一"),
        ("en", "23 November 2026, 19:22", "23 November 2026", "Mon 23 November"),
    ],
)
def test_dates_are_shanghai_days_in_both_languages(language: str, moment: str, day: str, weekday: str) -> None:
    with translation.override(language):
        assert formats.moment(AT) == moment
        assert formats.day(AT) == day
        assert formats.weekday(AT) == weekday
        assert formats.day(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)) != day
        assert formats.day(date(2026, 11, 23)) == day


def test_a_rules_sentence_is_translated_with_its_parts() -> None:
    with translation.override("zh-hans"):
        assert say(Text("since %(at)s", {"at": AT})) == "2026年11月23日 19:22 起"
        assert say(Text("It is the turn of: %(who)s", {"who": Text("Station desk")})) == "现在轮到：邮政驻点窗口"
    assert say(None) == ""
    assert say("plain") == "plain"


def test_a_rate_is_drawn_day_by_day_against_its_target_with_gaps_where_nothing_was_due() -> None:
    days = [(date(2026, 11, n), percent, f"{n}: {percent}") for n, percent in ((1, 97.0), (2, None), (3, 64.0), (4, 100.0))]
    drawn = charts.course(days, 95, "by day")
    assert drawn.count("<polyline") == 2
    assert "<title>3: 64.0</title>" in drawn
    assert drawn.count("<title>") == 3
    assert "60%" in drawn
    assert 'd="M0 12.50H100"' in drawn
    assert charts.course([(date(2026, 11, 1), None, "")], 95, "by day") == ""


def test_what_is_missing_is_named_where_nobody_said_it_better() -> None:
    class Form(forms.Form):
        code = forms.CharField(label="Short code")
        kind = forms.ChoiceField(label="Kind", choices=[("", "Choose"), ("a", "A")])
        read = forms.BooleanField(label="I have read it")
        why = forms.CharField(label="Why", error_messages={"required": "Say why."})

    form = Form({})
    with translation.override("en"):
        said = [sentence for bound in form for sentence in faults(bound)]
    assert said == ["Please fill in: Short code", "Please choose: Kind", "Please tick: I have read it", "Say why."]
