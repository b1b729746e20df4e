"""The sandbox's own controls, which no carrier has: script a parcel, move it, hold it, and misbehave on request.

One JSON object per call, with one verb. With "waybill" (or an order number in its place): "script" (steps of sandbox_story, in
place of what was to come), "now" (steps that happen at once; what was to come stays, unless "end": true), "move" (so many steps
happen now), "hold"
(true, false), "post" (true: starts now), "again" (so often every event is pushed once more; of all parcels without a waybill).
Without: "fault" (a name of `FAULTS`, with "times", "api", "seconds", "status"; null forgets all), "setting" ({"speed": 720}),
"advance_hours".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from govpost.gateways.ems.sandbox_mover import PUSH_FAULTS, Mover
from govpost.gateways.ems.sandbox_store import Parcel
from govpost.gateways.ems.wire import BadMessage, from_moment

# Before the answer: the request is not worked on (timeout, error, system, garbage) or is (late_answer).
ANSWER_FAULTS = ("timeout", "late_answer", "error", "system", "garbage")
FAULTS = (*ANSWER_FAULTS, "no_track", *PUSH_FAULTS)
_STEP_FIELDS = frozenset(
    {"code", "after", "deliver_code", "reason", "by", "desc", "name", "place", "at", "silent", "void"}
    | {"older", "action", "properdelivery", "notproperdelivery"}
)
_MOST_STEPS = 200


class BadControl(Exception):
    """The control message is wrong; the text says what to write instead."""


def control(mover: Mover, message: Any) -> dict[str, Any]:
    """Do what `message` says and tell what was done. Raises `BadControl`."""
    if not isinstance(message, dict):
        raise BadControl("Send one JSON object.")
    found = [name for name in _VERBS if name in message]
    if len(found) != 1:
        raise BadControl(f"Name exactly one of {', '.join(_VERBS)}.")
    with mover.store.transaction():
        return {"ok": True} | _VERBS[found[0]](mover, message)


def _script(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    steps = _steps(message["script"])
    mover.set_plan(_parcel(mover, message), steps)
    return {"steps": len(steps)}


def _now(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    parcel, steps = _parcel(mover, message), _steps(message["now"])
    for step in steps:
        mover.tell(parcel.waybill, step)
    if message.get("end"):
        mover.end(parcel.waybill)
    return {"steps": len(steps)}


def _steps(steps: Any) -> list[dict[str, Any]]:
    if not isinstance(steps, list) or len(steps) > _MOST_STEPS:
        raise BadControl(f"Send a list of at most {_MOST_STEPS} steps.")
    for step in steps:
        _check_step(step)
    return steps


def _check_step(step: Any) -> None:
    if not isinstance(step, dict) or set(step) - _STEP_FIELDS:
        raise BadControl(f"A step is an object with fields of {', '.join(sorted(_STEP_FIELDS))}.")
    if not step.get("void") and not step.get("action" if step.get("older") else "code"):
        raise BadControl("A step names a code, or older with an action, or void.")
    _number(step, "after", default=0, least=0)
    if step.get("at"):
        try:
            from_moment(str(step["at"]), "at")
        except BadMessage as error:
            raise BadControl(error.words) from error


def _move(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    waybill, steps = _parcel(mover, message).waybill, int(_number(message, "move", default=1, least=1, most=_MOST_STEPS))
    return {"moved": sum(mover.step(waybill, at_once=True) for _ in range(steps))}


def _hold(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    mover.store.hold(_parcel(mover, message).waybill, bool(message["hold"]))
    return {}


def _post(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    mover.begin(_parcel(mover, message).waybill)
    return {}


def _again(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    times = int(_number(message, "again", default=1, least=1, most=50))
    waybill = _parcel(mover, message).waybill if "waybill" in message else None
    return {"pushes": mover.tell_again(waybill, times)}


def _fault(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    name = message["fault"]
    if name is None:
        mover.store.forget_faults()
        return {}
    if name not in FAULTS:
        raise BadControl(f"fault is one of {', '.join(FAULTS)}, or null.")
    mover.store.add_fault(
        name,
        api=str(message.get("api") or ""),
        times=int(_number(message, "times", default=1, least=1, most=100_000)),
        seconds=_number(message, "seconds", default=15, least=0),
        status=int(_number(message, "status", default=503, least=400, most=599)),
    )
    return {}


def _setting(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    settings = message["setting"]
    if not isinstance(settings, dict) or set(settings) - set(_SETTINGS):
        raise BadControl(f"setting is an object with fields of {', '.join(_SETTINGS)}.")
    for name, value in settings.items():
        if not _SETTINGS[name](value):
            raise BadControl(f"{name} cannot be {value!r}.")
    for name, value in settings.items():
        mover.store.set_setting(name, value)
    return {}


def _advance(mover: Mover, message: Mapping[str, Any]) -> dict[str, Any]:
    hours = _number(message, "advance_hours", default=1, least=0)
    mover.store.pull_forward(hours * 3600 / mover.speed)
    return {}


def _parcel(mover: Mover, message: Mapping[str, Any]) -> Parcel:
    parcel = mover.store.find_parcel(str(message.get("waybill") or ""))
    if parcel is None:
        raise BadControl("waybill names no parcel here: send its waybill or order number.")
    return parcel


def _number(message: Mapping[str, Any], name: str, *, default: float, least: float, most: float = 1e6) -> float:
    value = message.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadControl(f"{name} is a number from {least:g} to {most:g}.")
    return float(value)


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1e6


_SETTINGS: dict[str, Callable[[Any], bool]] = {
    "speed": _positive,
    "fail_every": lambda value: value == 0 or (isinstance(value, int) and _positive(value)),
    "hold_brought": lambda value: isinstance(value, bool),
    "older_format": lambda value: value in ("json", "xml"),
}
_VERBS: dict[str, Callable[[Mover, Mapping[str, Any]], dict[str, Any]]] = {
    "script": _script,
    "now": _now,
    "move": _move,
    "hold": _hold,
    "post": _post,
    "again": _again,
    "fault": _fault,
    "setting": _setting,
    "advance_hours": _advance,
}
