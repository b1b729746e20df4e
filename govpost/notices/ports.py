"""What notices needs from a short-message provider: one text to one phone, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from govpost.common.refusal import Problem


@dataclass(frozen=True, slots=True)
class SmsReceipt:
    """The provider took the message; `provider_id` is its own number for it. It does not mean that the phone has it."""

    provider_id: str


class Sms(Protocol):
    """A short-message provider."""

    def send(self, *, phone: str, template: str, params: Mapping[str, str], text: str, idempotency_key: str) -> SmsReceipt:
        """Send `text`, which `template` (the registered name) makes of `params`.

        Repeating a call with the same `idempotency_key` sends nothing new and gives the same receipt, so that a call whose
        answer was lost may be repeated. Raises `Unavailable` (try again) or `Rejected` (this message will never go).
        """

    def check(self) -> list[Problem]:
        """Whether configuration and provider are fit for use: empty means yes. Sends nothing to anybody."""
