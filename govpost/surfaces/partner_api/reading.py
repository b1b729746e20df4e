"""Reading a request's body into its shape; what does not fit is refused by the field's path, in a sentence that says what to send."""

from __future__ import annotations

import re
from typing import TypeVar

import msgspec

from govpost.common.refusal import InvalidInput
from govpost.common.text import Text

T = TypeVar("T")

_NUL = Text("The body holds the character NUL. Leave it out and send the request again.")
_NO_JSON = Text("The body is not valid JSON in UTF-8. Send one JSON document.")
_MISSING = Text("This field is missing. Add it and send the request again.")
_UNKNOWN = Text("There is no such field. Leave it out, or correct its name.")
_KINDS = {
    "str": Text("a text"), "int": Text("a whole number"), "float": Text("a number"), "bool": Text("true or false"),
    "object": Text("an object"), "array": Text("a list"), "null": Text("null"), "datetime": Text("a moment"), "date": Text("a date"),
}  # fmt: skip
# msgspec's own words → ours; what the pattern names becomes the sentence's parameter.
_SENTENCES = [
    (r"Expected `(?P<wanted>\w+)(?: \| null)?`, got `(?P<sent>\w+)`", Text("Send %(wanted)s here, not %(sent)s.")),
    (r"Expected `str` of length >= 1", Text("This field is empty. Fill it in, or leave it out where it is optional.")),
    (r"Expected `str` of length >= (?P<least>\d+)", Text("Send at least %(least)s characters.")),
    (r"Expected `str` of length <= (?P<most>\d+)", Text("Send at most %(most)s characters.")),
    (r"Expected `array` of length >= (?P<least>\d+)", Text("Send at least %(least)s entries.")),
    (r"Expected `array` of length <= (?P<most>\d+)", Text("Send at most %(most)s entries in one request.")),
    (r"Expected `int` >= (?P<least>-?\d+)", Text("Send a number of at least %(least)s.")),
    (r"Expected `int` <= (?P<most>-?\d+)", Text("Send a number of at most %(most)s.")),
    (r"Expected `str` matching regex", Text("This does not have the form of the field. Its description in the API document says which.")),
    (r"Invalid enum value", Text("This is none of the field's values. The API document lists them.")),
    (r"Invalid RFC3339 encoded datetime", Text("Write a moment as 2026-11-23T09:30:00+08:00.")),
    (r"Expected `datetime` with a timezone component", Text("Write a moment with its time zone, as 2026-11-23T09:30:00+08:00.")),
    (r"Invalid RFC3339 encoded date", Text("Write a date as 2026-11-23.")),
]


def read(body: bytes, shape: type[T]) -> T:
    """Decode and validate; raises `InvalidInput` by the field's path (`recipient.phone`, `rows[3].kind`; `body`: the whole)."""
    if b"\\u0000" in body:  # no text of the database can hold it
        raise InvalidInput({"body": _NUL})
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise InvalidInput(dict([_told(str(error))])) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidInput({"body": _NO_JSON}) from error


def _told(error: str) -> tuple[str, Text]:
    said, _, path = error.partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    if named := re.fullmatch(r"Object (missing required|contains unknown) field `(.+)`", said):
        return ".".join(filter(None, (path, named[2]))), _MISSING if named[1].startswith("missing") else _UNKNOWN
    for pattern, sentence in _SENTENCES:
        if found := re.match(pattern, said):
            return path or "body", Text(sentence.msgid, {name: _KINDS.get(part, part) for name, part in found.groupdict().items()})
    return path or "body", Text("%(what)s. Correct this field and send the request again.", {"what": said})
