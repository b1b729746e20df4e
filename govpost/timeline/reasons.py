"""Why a collection or a delivery did not succeed, in plain words for the applicant (carrier's tables: 揽收 1–21, 未妥投 100–130)."""

from __future__ import annotations

from govpost.common.text import Text

_ADDRESS = Text("The address is not clear or not complete.")
_NOBODY = Text("Nobody of that name was found at the address.")
_ABSENT = Text("Nobody was there at the time.")
_WISH = Text("Another time was asked for.")
_POST = Text("It was a mistake of the post.")
_NOT_FETCHED = Text("It was not fetched in time.")

REASONS: dict[str, Text] = {
    "1": Text("The address is not clear and nobody could be reached."),
    "2": Text("The phone number is wrong and nobody of that name was at the address."),
    "3": _POST,
    "4": _ABSENT,
    "5": Text("The order was withdrawn."),
    "6": Text("Nothing had been ordered."),
    "7": Text("The address is outside the area in which couriers collect."),
    "8": Text("It holds something that may not be mailed."),
    "9": Text("It is larger or heavier than allowed."),
    "10": Text("The order was not meant seriously."),
    "11": Text("The papers were not ready yet."),
    "12": Text("The postage was not agreed to."),
    "14": _WISH,
    "15": Text("Another courier was asked for."),
    "16": Text("It had been ordered twice."),
    "17": Text("The post could not come that day."),
    "18": _WISH,
    "19": Text("The applicant brings it, or posts it elsewhere."),
    "20": Text("It was given to another company."),
    "21": Text("Another reason; the post can tell you more."),
    "101": _ADDRESS,
    "102": _NOBODY,
    "103": _ABSENT,
    "104": Text("It was refused."),
    "105": Text("The addressee asked for a later delivery."),
    "106": _POST,
    "107": _POST,
    "108": Text("It arrived damaged and could not be handed over."),
    "109": Text("It holds something that may not be mailed."),
    "110": Text("It holds something that may be mailed only within limits."),
    "111": Text("The postage had not been paid."),
    "112": Text("Nobody claimed it."),
    "113": _NOBODY,
    "114": Text("Weather or another force outside the post's control stopped it."),
    "115": Text("The addressee wants to fetch it."),
    "116": Text("There is no delivery on the holiday."),
    "117": Text("It was lost."),
    "118": Text("The addressee has moved away."),
    "119": Text("The addressee has a post-office box."),
    "122": Text("No office of that name was found at the address."),
    "123": Text("The address is not complete and the phone number does not work."),
    "124": _ADDRESS,
    "125": Text("The sender called it back."),
    "126": Text("The addressee moved and left no new address."),
    "127": _NOT_FETCHED,
    "128": Text("It was left at a parcel station."),
    "129": _NOT_FETCHED,
    "130": Text("Another reason; the post can tell you more."),
    "withdrawn": Text("The application was taken back."),
    "cancelled_by_applicant": Text("The applicant wished it so."),
    "ordered_again": Text("Another collection was ordered instead."),
    "not_accepted": Text("The application was not accepted."),
    "fetched_at_window": Text("The result is fetched at the window instead."),
}


def reason_words(code: str) -> Text | None:
    """The sentence of a reason code; a code without one is shown as it is, an empty one says nothing."""
    if not code:
        return None
    return REASONS.get(code) or Text("Reason given: %(code)s", {"code": code})
