"""The sandbox's pages: choose who you are, or why that is not possible. Chinese with English beneath, no script."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from markupsafe import Markup

from govpost.common.masks import mask_id_number
from govpost.gateways.identity.people import Account, Person

TITLE = "安徽省统一身份认证（沙箱 示例）"
STYLE = Path(__file__).with_name("sandbox.css").read_text()
SCOPE_WORDS = "姓名或名称、证件类型和号码、手机号、实名等级"
SCOPE_WORDS_EN = "name, identity document and number, phone, real-name level"

_PAGE = Markup("""\
<!doctype html>
<html lang="zh-Hans">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{heading} · {title}</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<header><h1>{title}<span lang="en">Anhui unified identity service (sandbox, synthetic)</span></h1></header>
<main>
<p class="notice">这里是沙箱：人员、单位和号码全部是合成的示例，不连接任何真实系统，也不需要密码。
<span class="en" lang="en">This is a sandbox: every person, organisation and number is synthetic; no real system is reached
and no password is needed.</span></p>
{body}
</main>
</body>
</html>
""")

_CHOICE = Markup("""\
<form method="post">
<p>登录后将向“{client}”提供：{scope}。<br><span class="en" lang="en">Signing in gives “{client}” your {scope_en}.</span></p>
<h2 id="people">个人 <span class="en" lang="en">Individuals</span></h2>
<ul aria-labelledby="people">{people}</ul>
<h2 id="organisations">法人和其他组织（由经办人登录）
<span class="en" lang="en">Organisations (their agent signs in)</span></h2>
<ul aria-labelledby="organisations">{organisations}</ul>
<button class="decline" name="decline" value="1">拒绝授权并返回 <span lang="en">Decline and go back</span></button>
</form>
""")

_ACCOUNT = Markup("""\
<li><button class="account" name="subject" value="{subject}"><strong>{name}</strong>\
<small>{number} · {remark}</small><small>实名等级 {level} <span lang="en">real-name level {level}</span></small></button></li>
""")

_PROBLEM = Markup('<h2>{chinese}</h2>\n<p class="en" lang="en">{english}</p>\n')


def choice(client: str, accounts: Iterable[Account]) -> Markup:
    """The page where one chooses an account (a POST of `subject`) or declines (a POST of `decline`) at the same address."""
    known = list(accounts)
    body = _CHOICE.format(
        client=client,
        scope=SCOPE_WORDS,
        scope_en=SCOPE_WORDS_EN,
        people=Markup().join(_card(account) for account in known if isinstance(account, Person)),
        organisations=Markup().join(_card(account) for account in known if not isinstance(account, Person)),
    )
    return _PAGE.format(title=TITLE, heading="选择登录身份", body=body)


def message(chinese: str, english: str) -> Markup:
    """A page that says one thing."""
    return _PAGE.format(title=TITLE, heading=chinese, body=_PROBLEM.format(chinese=chinese, english=english))


def _card(account: Account) -> Markup:
    remark = account.remark if isinstance(account, Person) else f"经办人 {account.acting.name}"
    return _ACCOUNT.format(
        subject=account.subject,
        name=account.name,
        number=mask_id_number(account.number),
        remark=remark,
        level=account.assurance,
    )
