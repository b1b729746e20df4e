"""Pushes what the sandbox owes until it is acknowledged, at least once: 040002 as a form, the older push as JSON or XML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

import httpx
from defusedxml import ElementTree  # type: ignore[import-untyped]

from govpost.gateways.ems.sandbox_store import Owed, Store
from govpost.gateways.ems.wire import OK, BadMessage, SignKey, load_json, push_form

_OLDER_BATCH = 50
_LONGEST_WAIT = 60.0
_AWAY = "no answer"


class Pusher:
    """Sends to `url` (040002) and `older_url`; an empty address means that this kind is not pushed."""

    def __init__(self, store: Store, *, clock: Callable[[], datetime], sender_no: str, key: SignKey, url: str, older_url: str) -> None:
        self.store = store
        self.clock = clock
        self._sender_no = sender_no
        self._key = key
        self._url = url
        self._older_url = older_url
        # Loading certificates takes a tenth of a second, which plain HTTP to this machine need not pay.
        secure = any(address.startswith("https:") for address in (url, older_url))
        self._http = httpx.Client(timeout=httpx.Timeout(10.0, connect=2.0), trust_env=False, verify=secure)

    def close(self) -> None:
        self._http.close()

    def push_due(self) -> int:
        """Try every push that is due; how many were tried."""
        now = self.clock().timestamp()
        newer = self._push_each(self.store.owed(now, older=False)) if self._url else 0
        return newer + (self._push_older(self.store.owed(now, older=True, limit=_OLDER_BATCH)) if self._older_url else 0)

    def _push_each(self, owed: list[Owed]) -> int:
        for tried, push in enumerate(owed, 1):
            why_not = self._push(push)
            if why_not is None:
                self.store.settle(push.id)
                continue
            self._put_off(push, why_not)
            if why_not.startswith(_AWAY):
                for later in owed[tried:]:  # trying each of them as well would only hold everything up
                    self._put_off(later, why_not)
                return tried
        return len(owed)

    def _push(self, push: Owed) -> str | None:
        """None once acknowledged, otherwise why not."""
        serial = f"{push.id:012d}"
        form = push_form(message=push.row, sender_no=self._sender_no, serial_no=serial, key=self._key, at=self.clock())
        answer = self._post(self._url, data=form)
        if isinstance(answer, str):
            return answer
        if answer.get("code") == OK and answer.get("serialNo") == serial:
            return None
        return f"not acknowledged: {answer.get('code')} {answer.get('codeMessage')}"

    def _push_older(self, batch: list[Owed]) -> int:
        if not batch:
            return 0
        answer = self._post(self._older_url, **self._older_body([push.row for push in batch]))
        for push in batch:
            why_not = answer if isinstance(answer, str) else _older_refusal(answer, push.row["mailnum"])
            if why_not is None:
                self.store.settle(push.id)
            else:
                self._put_off(push, why_not)
        return len(batch)

    def _older_body(self, found: list[dict[str, Any]]) -> dict[str, Any]:
        if self.store.setting("older_format", "json") == "json":
            return {"json": {"listexpressmail": {"expressmail": found}}}
        return {"content": _as_xml(found), "headers": {"Content-Type": "application/xml; charset=utf-8"}}

    def _post(self, url: str, **body: Any) -> dict[str, Any] | str:
        """The answer as an object, or in words why there is none."""
        try:
            response = self._http.post(url, **body)
        except httpx.HTTPError as error:
            return f"{_AWAY}: {type(error).__name__}"
        answer = _read(response.content) if response.status_code == 200 else None
        return f"not acknowledged: HTTP {response.status_code}" if answer is None else answer

    def _put_off(self, push: Owed, why_not: str) -> None:
        wait = min(2.0**push.tries, _LONGEST_WAIT)
        self.store.put_off(push.id, self.clock().timestamp() + wait, why_not)


def _older_refusal(answer: dict[str, Any], mailnum: str) -> str | None:
    """`failmailnums` names what was not taken; a failure that names nothing means that nothing was taken."""
    failed = {number for number in str(answer.get("failmailnums") or "").split(",") if number}
    if mailnum in failed or (answer.get("success") != "1" and not failed):
        return f"not acknowledged: {answer.get('remark')}"
    return None


def _as_xml(found: list[dict[str, Any]]) -> bytes:
    root = Element("listexpressmail")
    for row in found:
        mail = SubElement(root, "expressmail")
        for name, value in row.items():
            SubElement(mail, name).text = str(value)
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _read(body: bytes) -> dict[str, Any] | None:
    """A JSON object or a flat XML document as a dictionary, None for anything else."""
    try:
        if body.lstrip()[:1] == b"<":
            return {child.tag: child.text or "" for child in ElementTree.fromstring(body)}
        answer = load_json(body)
    except (ElementTree.ParseError, ValueError, BadMessage):
        return None
    return answer if isinstance(answer, dict) else None
