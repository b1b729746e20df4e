"""Names and addresses have no shape that a scrubber could know: nobody hands them to a log."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.guards.source import modules, name_of

LOGGERS = {"log", "_log", "logger", "logging"}
SAYING = {"debug", "info", "warning", "error", "exception", "critical", "fatal", "log", "msg", "bind", "new"}
# As a key, whatever its value is.
KEYS = frozenset({
    "name", "names", "phone", "mobile", "telephone", "address", "street", "recipient", "sender", "addressee", "applicant",
    "citizen", "person", "party", "signer", "agent", "family", "identity", "identity_no", "id_number", "card_no", "licence_no",
    "body", "payload", "request", "response", "headers", "password", "token", "secret", "key_text", "check_code", "pickup_code"
})  # fmt: skip
# As a part of what is said: `order.recipient`, `party.phone`, `form.cleaned_data`.
PARTS = KEYS - {"name", "names", "key_text"} | {"recipient_sealed", "sender_sealed", "cleaned_data", "POST", "GET", "COOKIES"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that write or prepare a line of a log."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING and _is_logger(node.func.value):
            yield node


def _is_logger(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):  # structlog.get_logger(__name__).warning(…), log.bind(…).info(…)
        return isinstance(node.func, ast.Attribute) and (node.func.attr in {"get_logger", "getLogger"} or _is_logger(node.func.value))
    return isinstance(node, ast.Name | ast.Attribute) and _last(node) in LOGGERS


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def told(call: ast.Call) -> list[str]:
    """What of a person this call would write."""
    wrong = [word.arg for word in call.keywords if word.arg in KEYS]
    wrong += ["**"] if any(word.arg is None for word in call.keywords) else []
    values = [*call.args, *(word.value for word in call.keywords)]
    return wrong + [_last(part) for value in values for part in ast.walk(value) if isinstance(part, ast.expr) and _last(part) in PARTS]


def test_no_line_of_a_log_names_a_person() -> None:
    wrong = [f"{name_of(path)}:{call.lineno} tells {told(call)}" for path, tree in modules() for call in calls(tree) if told(call)]
    assert wrong == []


def test_the_guard_finds_what_it_is_there_for() -> None:
    lines = {
        'log.info("placed", recipient=order.id)': ["recipient"],
        'log.info("placed", who=order.recipient.name)': ["recipient"],
        'structlog.get_logger(__name__).warning("signed", **facts)': ["**"],
        'log.bind(phone=1).info("x")': ["phone"],
        'self.log.exception("failed", rows=[form.cleaned_data])': ["cleaned_data"],
        'logging.getLogger("x").error("no %s", party.address)': ["address", "party"],
        'log.exception("failed", follower=follower.name, error=type(error).__name__)': [],
    }
    assert {line: sorted({word for call in calls(ast.parse(line)) for word in told(call)}) for line in lines} == lines
    assert sum(1 for _, tree in modules() for _ in calls(tree)) > 5
