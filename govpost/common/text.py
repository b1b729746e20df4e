"""A sentence that a rule says, kept as message id and parameters and translated only at the surface."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """An English gettext message id with its named parameters; `str()` gives the untranslated English."""

    msgid: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.msgid % self.params if self.params else self.msgid

    def to_json(self) -> dict[str, Any]:
        return {"msgid": self.msgid, "params": self.params}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Text:
        return cls(data["msgid"], dict(data.get("params") or {}))
