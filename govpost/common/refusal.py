"""Anticipated failures: what the rules refuse, and what the outside world could not or would not do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from govpost.common.text import Text


class Refusal(Exception):
    """The request was understood and is not allowed; `sentence` says why and what to do instead."""

    def __init__(self, code: str, sentence: Text | str, **facts: Any) -> None:
        self.code = code
        self.sentence = sentence if isinstance(sentence, Text) else Text(sentence)
        self.facts = facts
        super().__init__(f"{code}: {self.sentence}")


class NotPermitted(Refusal):
    """The actor's roles, jurisdiction or relation do not allow this."""

    def __init__(self, verb: str, **facts: Any) -> None:
        sentence = Text("Your role does not allow this here. Ask the person responsible for your office.")
        super().__init__("not_permitted", sentence, verb=verb, **facts)


class NotFound(Refusal):
    """Missing, or not yours: the answer is the same for both."""

    def __init__(self, what: str = "") -> None:
        super().__init__("not_found", Text("Nothing was found under this number. Check it and try again."), what=what)


class InvalidInput(Refusal):
    """Bad input; `errors` maps a field name to a sentence with the remedy."""

    def __init__(self, errors: dict[str, Text]) -> None:
        self.errors = errors
        super().__init__("invalid", Text("Some entries need another look."), fields=sorted(errors))


class Unavailable(Exception):
    """The outside did not answer; the same call may succeed later."""


class Rejected(Exception):
    """The outside answered and refused for good; `code` and `sentence` are its own words."""

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(f"{code}: {sentence}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a health check: `level` is "error" or "warning", `remedy` says what to do."""

    level: str
    sentence: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a pure rule answers: allowed or not, why, and the clause it rests on (`docs/law.md`)."""

    allowed: bool
    code: str
    sentence: Text
    basis: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def require(self) -> Decision:
        """Raise the refusal unless allowed."""
        if not self.allowed:
            raise Refusal(self.code, self.sentence, basis=self.basis, **self.facts)
        return self


def allow(code: str = "allowed", sentence: Text | None = None, basis: str = "", **facts: Any) -> Decision:
    return Decision(True, code, sentence or Text("Allowed."), basis, facts)


def deny(code: str, sentence: Text, basis: str = "", **facts: Any) -> Decision:
    return Decision(False, code, sentence, basis, facts)
