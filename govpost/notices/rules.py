"""What is said to people: the templates, who speaks each, and which phone can take a short message. Pure.

One event, one message, one speaker: mail words are said by the mail room, case words by the cases. The Chinese text is what is
sent; the English title names the message on screens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from govpost.common.refusal import Decision, allow, deny
from govpost.common.text import Text
from govpost.parties.roles import Role

MAY: dict[str, frozenset[Role]] = {
    "see_notices": frozenset({Role.CLERK, Role.OFFICER, Role.STATION, Role.DISPATCHER, Role.SUPERVISOR}),
    "send_again": frozenset({Role.CLERK, Role.STATION, Role.DISPATCHER}),
    "forget": frozenset(),  # by time
}

TRIES = 8
_MOBILE = re.compile(r"1[3-9]\d{9}")


class Speaker(StrEnum):
    """Which room says it; one speaker per fact."""

    DELIVERY = "delivery"
    CASES = "cases"


class NoticeState(StrEnum):
    """wanted: written, not yet taken by the provider; failed: it will not go by itself any more, a person must look."""

    WANTED = "wanted"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Template:
    """A message as registered with the provider. `zh` has named places such as {number}; `title` is its name on screens."""

    code: str
    speaker: Speaker
    title: Text
    zh: str

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in Formatter().parse(self.zh) if name)


_SIGN = "【政邮通】"


def _templates(*rows: tuple[str, Speaker, Text, str]) -> dict[str, Template]:
    return {code: Template(code, speaker, title, _SIGN + zh) for code, speaker, title, zh in rows}


D, C = Speaker.DELIVERY, Speaker.CASES

TEMPLATES: dict[str, Template] = _templates(
    ("mail_on_the_way", D, Text("Your mail is on its way"),
     "您的寄递单{number}已交寄，正在运往您处。查询请登录网上办事大厅。"),
    ("pickup_code", D, Text("Pick-up code"),
     "您的寄递单{number}今日投递，取件码{code}。请当面告知揽投员，勿提前告诉他人。"),
    ("mail_attempt_failed", D, Text("Nobody could take your mail"),
     "您的寄递单{number}今日未能妥投，将于{next_day}再次投递。"),
    ("mail_ready_to_fetch", D, Text("Your mail is ready to be fetched"),
     "您的寄递单{number}在{place}待领取，请于{until}前凭本人证件和取件码{code}领取。"),
    ("mail_ready_without_code", D, Text("Your mail is ready to be fetched"),
     "您的寄递单{number}在{place}待领取，请于{until}前凭本人证件领取。"),
    ("mail_delivered", D, Text("Your mail was delivered"),
     "您的寄递单{number}已妥投。如非您或您允许的人签收，请拨打11183。"),
    ("mail_returned", D, Text("Your mail goes back to the sender"),
     "您的寄递单{number}未能妥投，已退回寄件单位，请与寄件单位联系。"),
    ("collection_failed", D, Text("Nobody could hand over your papers"),
     "揽投员未能取到您的材料（寄递单{number}），将于{next_day}再次上门。"),
    ("collection_moved", D, Text("The collection has a new time"),
     "您的上门取件（寄递单{number}）已改约，揽投员将于{next_time}上门。"),
    ("collection_not_made", D, Text("Your papers were not collected"),
     "揽投员多次上门仍未取到您的材料（寄递单{number}），不再自动上门。请将材料送交{place}，或登录网上办事大厅重新预约上门。"),
    ("collection_ended", D, Text("No courier comes any more"),
     "您的上门取件（寄递单{number}）已终止：{why}。如仍需办理，请将材料送交{place}。"),
    ("collection_cancelled", D, Text("The collection was cancelled"),
     "您的上门取件（寄递单{number}）已取消。"),
    ("check_code", D, Text("Check code for the collection"),
     "揽投员上门取件（寄递单{number}）时，请核对材料份数后告知校验码{code}。"),
    ("case_submitted", C, Text("Your application has arrived"),
     "您的申请已提交，办件编号{number}。凭此编号随时查询办理进度。"),
    ("papers_received", C, Text("Your papers were received"),
     "办件{number}的材料已由窗口收到，部门自今日起计算办理时限。"),
    ("correction_wanted", C, Text("A correction is needed"),
     "办件{number}需要补正，请于{until}前登录网上办事大厅一次补齐，事项已逐条列明。"),
    ("case_accepted", C, Text("Your application was accepted"),
     "办件{number}已受理，承诺于{until}前办结。"),
    ("case_not_accepted", C, Text("Your application was not accepted"),
     "办件{number}不予受理，理由和救济途径请登录网上办事大厅查看。"),
    ("case_approved", C, Text("Your application was approved"),
     "办件{number}准予许可，结果将按您选择的方式送达。"),
    ("case_refused", C, Text("Your application was refused"),
     "办件{number}不予许可，理由和救济途径请登录网上办事大厅查看。"),
    ("case_withdrawn", C, Text("Your application was withdrawn"),
     "办件{number}已按您的申请撤回。"),
    ("contact_recorded", C, Text("Another telephone was recorded for your application"),
     "办件{number}已在窗口登记新的联系电话，今后发往新号码。如非本人办理，请联系窗口。"),
    ("case_terminated", C, Text("Your application has ended"),
     "办件{number}逾期未补正，已终止办理。如仍需办理，请重新申请。"),
    ("result_at_window", C, Text("Your result is ready at the window"),
     "办件{number}的结果已在{place}待领取，请凭本人证件领取。"),
    ("papers_at_window", C, Text("Your papers are ready at the window"),
     "办件{number}的材料未能寄达，已退回{place}，请凭本人证件领取。"),
    ("case_closed", C, Text("Your case is closed"),
     "办件{number}已办结，欢迎评价部门和寄递服务。"),
    ("case_reopened", C, Text("Your case was opened again"),
     "办件{number}的妥投信息已被撤回，办件重新打开，我们正在查找邮件。"),
)  # fmt: skip


def render(template: Template, params: Mapping[str, str]) -> str:
    """The text that goes to the phone; a missing or surplus parameter is a bug of the caller and raises `ValueError`."""
    if set(params) != template.fields:
        raise ValueError(f"{template.code} takes {sorted(template.fields)}, got {sorted(params)}")
    return template.zh.format(**params)


def reachable(phone: str) -> Decision:
    """Whether a short message can go there at all: mobile numbers of the mainland only."""
    if _MOBILE.fullmatch(phone):
        return allow("mobile")
    return deny("no_mobile", Text("No short message can go to this number. Call the person instead."))
