"""The sandbox's page: the newest short messages, numbers masked, texts in full so that a demo's user can read a code."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from govpost.common.clock import SHANGHAI
from govpost.gateways.sms.sandbox_store import Message

STYLE = Path(__file__).with_name("sandbox.css").read_text()

_PAGE = Markup("""\
<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>短信（沙箱 示例）</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<header><h1>短信（沙箱 示例）<span lang="en">Short messages (sandbox, synthetic)</span></h1></header>
<main>
<p class="notice">这里的短信没有发往任何手机，只给演示的人看。
<span lang="en">These messages went to no phone; they are here for whoever tries the demo.</span></p>
<form method="get" role="search">
<label for="tail">手机尾号 <span lang="en">Last digits of the phone</span></label>
<input id="tail" name="tail" value="{tail}" inputmode="numeric" pattern="[0-9]{{0,11}}" maxlength="11" autocomplete="off">
<button>查看 <span lang="en">Show</span></button>
</form>
{messages}
</main>
</body>
</html>
""")
_MESSAGE = Markup("""\
<li><p class="to"><strong>{phone}</strong> <time datetime="{iso}">{when}</time></p><p class="text">{text}</p></li>
""")
_NONE = Markup("""\
<p>还没有短信。办理业务或下单后再来看。
<span lang="en">No messages yet. Come back after an application or an order.</span></p>
""")


def newest(messages: Iterable[Message], tail: str) -> Markup:
    """The page of `messages`, in the order given."""
    bubbles = Markup().join(_bubble(message) for message in messages)
    body = Markup("<ol>\n{}</ol>").format(bubbles) if bubbles else _NONE
    return _PAGE.format(tail=tail, messages=body)


def masked(phone: str) -> str:
    """All but the last four digits hidden."""
    return "*" * max(len(phone) - 4, 0) + phone[-4:]


def _bubble(message: Message) -> Markup:
    at = datetime.fromtimestamp(message.at, tz=UTC).astimezone(SHANGHAI)
    when = at.strftime("%Y-%m-%d %H:%M")
    return _MESSAGE.format(phone=masked(message.phone), iso=at.isoformat("T", "seconds"), when=when, text=message.text)
