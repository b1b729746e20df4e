"""All components on one page per surface, for those who build pages and those who look at them; demo and debug only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from govpost.common.actor import Actor
from govpost.common.clock import SHANGHAI
from govpost.common.refusal import NotFound
from govpost.surfaces.shared.access import PUBLIC, audience
from govpost.surfaces.shared.charts import Bar
from govpost.surfaces.shared.forms import Card, CardField
from govpost.surfaces.shared.nav import Item
from govpost.surfaces.shared.paging import Page

SURFACES = ("portal", "desk", "courier", "print")
MORNING = datetime(2026, 11, 23, 9, 5, tzinfo=SHANGHAI)


@dataclass(frozen=True, slots=True)
class Line:
    """What the timeline component reads from a line."""

    at: datetime
    words: str
    place: str = ""
    actor: str = ""
    tone: str = ""
    voided: bool = False
    because: str = ""
    late: bool = False
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    who: str
    since: datetime
    sentence: str
    due: datetime | None = None


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Name on the licence"), help_text=_("As it stands in the business licence."))
    phone = forms.CharField(
        label=_("Mobile phone"),
        help_text=_("The courier calls this number before coming."),
        error_messages={"required": _("Enter a mobile phone number, so that the courier can reach you.")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "medium"}),
    )
    window = forms.ChoiceField(label=_("Time window"), choices=[("am", "09:00–12:00"), ("pm", "14:00–17:00")], required=False)
    ways = CardField(
        label=_("How do your papers reach the window?"),
        choices=[
            (
                "door",
                Card(
                    _("A courier collects them at my door"),
                    _("Today or tomorrow in a time window that you choose. Each paper is counted with you and sealed."),
                    _("The government pays (government purchase, agreement of Bozhou)."),
                ),
            ),
            (
                "bring",
                Card(_("I bring them to the window"), _("Government hall, weekdays 09:00–17:00."), _("No postage.")),
            ),
            ("night", Card(_("Night collection"), because=_("Not offered in your district yet."))),
        ],
    )
    consent = forms.BooleanField(label=_("I have read the notice on collection and delivery."))


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("Number or name"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), ("accepted", _("Accepted")), ("closed", _("Closed"))]
    )
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


@audience(PUBLIC)
def style_guide(request: HttpRequest, surface: str = "portal") -> HttpResponse:
    """Components of one surface: portal, desk, courier or print."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)) or surface not in SURFACES:
        raise NotFound
    return render(request, f"shared/style_guide/{surface}.html", _samples())


def _samples() -> dict[str, Any]:
    broken = SampleForm({"name": "", "phone": "", "ways": "door"})
    broken.is_valid()
    return {
        "surfaces": SURFACES,
        "actor": Actor("staff", None, "谯城区政务服务中心 · 邮政驻点窗口（示例）"),
        "form": SampleForm(initial={"ways": "door", "name": "亳州示例饮品店"}),
        "broken": broken,
        "filter": SampleFilter(),
        "lines": _lines(),
        "turn_office": Turn("谯城区卫生健康委员会", MORNING, "正在审核您的材料", MORNING + timedelta(days=5)),
        "turn_mine": Turn("您", MORNING, "请在 11月30日前补正 1 份材料：健康证明复印件", MORNING + timedelta(days=7)),
        "turn_done": Turn("", MORNING, "已妥投，办件已办结"),
        "trend": [96.1, 95.2, 97.4, 91.3, None, 94.0, 96.6, 97.9, 98.2, 97.3],
        "bars": [
            Bar("谯城区", 412, "98.21%"),
            Bar("涡阳县", 268, "93.06%", "warn"),
            Bar("蒙城县", 240, "97.80%"),
            Bar("利辛县", 96, "84.11%", "bad"),
        ],
        "rows": _rows(),
        "page": Page([1], older="b2xkZXI", newer="bmV3ZXI"),
        "sort": "-placed_at",
        "side_nav": _side_nav(),
        "trail": [("/", _("Start page")), ("/style-guide", _("Style guide")), ("", "GP341602261123000017")],
        "steps": [_("About you"), _("Papers"), _("Result"), _("Check"), _("Done")],
        "at": MORNING,
    }


def _lines() -> list[Line]:
    return [
        Line(MORNING, "已提交申请", "网上办事大厅", "林**"),
        Line(MORNING + timedelta(minutes=42), "已接单，正前往上门揽收", "谯城区薛阁街道", "揽投员 赵*"),
        Line(MORNING + timedelta(hours=2), "未找到门牌，揽收失败", "谯城区薛阁街道", "揽投员 赵*", tone="warn"),
        Line(
            MORNING + timedelta(hours=5),
            "已妥投，本人签收",
            "谯城区魏武大道",
            "EMS",
            voided=True,
            because="承运企业于 11月24日 10:12 作废此条：误扫其他邮件",
            late=True,
            known_at=MORNING + timedelta(hours=25),
        ),
        Line(MORNING + timedelta(hours=26), "投递中", "谯城区投递部", "EMS"),
    ]


def _rows() -> list[dict[str, Any]]:
    states = ["ordered", "out_for_delivery", "attempt_failed", "delivered", "lost"]
    lights = ["green", "amber", "red", "none", "red"]
    names = ["公共场所卫生许可", "居民身份证（示例）", "行政执法通知书", "食品经营许可", "机动车号牌"]
    return [
        {
            "number": f"GP3416022611230{i:05d}",
            "item": names[i],
            "who": "林**",
            "state": states[i],
            "light": lights[i],
            "at": MORNING + timedelta(hours=i * 3),
            "fen": 1200 + i * 350,
        }
        for i in range(5)
    ]


def _side_nav() -> list[Item]:
    return [
        Item(_("Today"), "/style-guide/desk", "home"),
        Item(_("Station desk")),
        Item(_("Receive"), "/style-guide/receive", "scan", 4),
        Item(_("Match and label"), "/style-guide/match", "envelope", 12),
        Item(_("Bags and balance"), "/style-guide/bags", "bag"),
        Item(_("Watch")),
        Item(_("Dispatch"), "/style-guide/dispatch", "truck", 2, "bad"),
        Item(_("Quality"), "/style-guide/quality", "chart"),
    ]
