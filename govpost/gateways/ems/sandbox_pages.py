"""The sandbox's page for people: its parcels, buttons that move them, and buttons that make it misbehave. No script.

It shows order numbers and cities, never names: a screen may be seen by anybody.
"""

from __future__ import annotations

import json
from datetime import datetime
from html import escape
from typing import Any

from govpost.common.clock import SHANGHAI
from govpost.gateways.ems.sandbox_store import Parcel, Store

STYLE = """
body { font: 16px/1.5 system-ui, "Noto Sans SC", sans-serif; margin: 0 auto; max-width: 75rem; padding: 1rem; color: #1b2733; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
p { margin: .3rem 0; } .note { color: #52606d; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem; }
article { border: 1px solid #cbd2d9; border-radius: .5rem; padding: .75rem; margin: .75rem 0; }
article header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; }
article .bar { margin-top: .5rem; }
button { font: inherit; min-height: 2.75rem; padding: .3rem .8rem; border: 1px solid #0b6e4f; border-radius: .4rem;
  background: #fff; color: #0b6e4f; cursor: pointer; }
button:hover { background: #e6f4ef; } button.bad { border-color: #b42318; color: #b42318; }
code { font-size: 1rem; overflow-wrap: anywhere; } .state { font-weight: 600; }
"""
_ON_A_PARCEL: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("推进一步", {"move": 1}, False),
    ("交寄放行", {"post": True}, False),
    ("妥投（本人）", {"now": [{"code": "704", "deliver_code": "10", "by": "本人"}], "end": True}, False),
    ("妥投（家人代收）", {"now": [{"code": "704", "deliver_code": "11", "by": "家人"}], "end": True}, False),
    ("未妥投（不在家）", {"now": [{"code": "705", "reason": "103"}]}, True),
    ("拒收", {"now": [{"code": "705", "reason": "104"}], "end": True}, True),
    ("退回妥投", {"now": [{"older": True, "action": "10", "properdelivery": "14"}], "end": True}, True),
    ("作废最后一条", {"now": [{"void": "last"}]}, True),
    ("未知状态码", {"now": [{"code": "999X", "name": "未公布的状态"}]}, True),
    ("重复推送", {"again": 1}, True),
)
_ON_ALL: tuple[tuple[str, dict[str, Any], bool], ...] = (
    ("全部提前一小时", {"advance_hours": 1}, False),
    ("下次应答超时", {"fault": "timeout"}, True),
    ("下次应答 503", {"fault": "error"}, True),
    ("下次应答系统错误", {"fault": "system"}, True),
    ("下次查询无轨迹", {"fault": "no_track"}, True),
    ("接着五条乱序", {"fault": "shuffle", "times": 5}, True),
    ("下一条漏推", {"fault": "lose"}, True),
    ("推送风暴", {"again": 5}, True),
    ("恢复正常", {"fault": None}, False),
)


def front_page(store: Store) -> str:
    parcels = "".join(_parcel(store, parcel) for parcel in store.parcels(60))
    waiting, faults = store.waiting(), store.faults()
    why = f"，最近的答复：{escape(waiting[0]['answer'])}" if waiting and waiting[0]["answer"] else ""
    armed = "、".join(f"{escape(fault['name'])}×{fault['times']}" for fault in faults) or "无"
    return f"""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>邮政接口沙箱（示例）</title><link rel="stylesheet" href="/style.css"></head><body>
<h1>邮政接口沙箱 <small>示例</small></h1>
<p class="note">讲真实接口的话，但不寄任何东西。一切人物、号码均为虚构。</p>
<p>待确认推送 {len(waiting)} 条{why}。已布置的异常：{armed}。</p>
<div class="bar">{_buttons(_ON_ALL, {})}</div>
<h2>邮件</h2>
{parcels or "<p>还没有邮件。平台下单后会出现在这里。</p>"}
</body></html>"""


def _parcel(store: Store, parcel: Parcel) -> str:
    events = store.events(parcel.waybill)
    last = events[-1].item if events else None
    now = f"{escape(last['opTime'])} {escape(last['opCode'])} {escape(last['opName'])}" if last else "已下单，未收寄"
    following = f"下一步 {escape(_step(parcel.plan[0]))} {_moment(parcel.next_at)}" if parcel.plan else "没有后续"
    sender, receiver = (escape(str(parcel.body[end].get("city", ""))) for end in ("sender", "receiver"))
    return f"""<article><header><code>{escape(parcel.waybill)}</code><code>{escape(parcel.order_no)}</code>
<span>{sender} → {receiver}</span><span class="state">{_state(parcel)}</span></header>
<p>{now}</p><p class="note">{following}，共 {len(events)} 条轨迹</p>
<div class="bar">{_buttons(_ON_A_PARCEL, {"waybill": parcel.waybill})}</div></article>"""


def _state(parcel: Parcel) -> str:
    if parcel.state == "cancelled":
        return "已撤销"
    if parcel.held:
        return "等待交寄"
    return "进行中" if parcel.plan else "已了结"


def _step(step: dict[str, Any]) -> str:
    return f"作废 {step['void']}" if step.get("void") else str(step.get("code") or step.get("action"))


def _moment(epoch: float | None) -> str:
    return datetime.fromtimestamp(epoch, SHANGHAI).strftime("%m-%d %H:%M:%S") if epoch else ""


def _buttons(buttons: tuple[tuple[str, dict[str, Any], bool], ...], fixed: dict[str, Any]) -> str:
    return "".join(_button(words, fixed | message, bad) for words, message, bad in buttons)


def _button(words: str, message: dict[str, Any], bad: bool) -> str:
    value = escape(json.dumps(message, ensure_ascii=False), quote=True)
    return (
        '<form method="post" action="/press">'
        f'<button name="message" value="{value}"{" class=bad" if bad else ""}>{escape(words)}</button></form>'
    )
