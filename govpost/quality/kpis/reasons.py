"""Why an order counts as it does: codes kept in facts, sentences shown in the drill-down."""

from __future__ import annotations

from govpost.common.text import Text

REASONS: dict[str, Text] = {
    "": Text("No remark"),
    "cancelled": Text("Cancelled before it was due"),
    "cancelled_late": Text("Cancelled only after it was due"),
    "brought_in": Text("The applicant brought the papers to the window before the collection was due"),
    "appointment_moved": Text("The customer asked for another time; the new appointment counts"),
    "appointment_missing": Text("The customer asked for another time, but no new appointment is on record: the old one counts"),
    "out_of_range": Text("Outside the collection area: stays in the rate"),
    "post_missed": Text("The post did not come or could not handle it: stays in the rate"),
    "unexplained_miss": Text("Missed without a reason that counts: stays in the rate"),
    "came_late": Text("The courier came only after it was due; what the customer said then does not count: stays in the rate"),
    "pickup_1": Text("Address not clear and the customer cannot be reached"),
    "pickup_2": Text("Wrong phone number and nobody of that name at the address"),
    "pickup_4": Text("Customer not at the agreed place"),
    "pickup_5": Text("Customer withdrew the collection"),
    "pickup_6": Text("Customer had ordered nothing"),
    "pickup_8": Text("Forbidden or restricted goods"),
    "pickup_9": Text("Larger or heavier than allowed"),
    "pickup_10": Text("Order placed in bad faith"),
    "pickup_11": Text("Customer did not have the papers ready"),
    "pickup_12": Text("Given up because of the postage: ask whether payment was explained and agreed"),
    "pickup_16": Text("Ordered twice"),
    "pickup_19": Text("Customer posted it elsewhere"),
    "pickup_20": Text("Customer gave it to another company: a sign of a lost client"),
    "signer_not_valid": Text("Handed to somebody who may not sign for this item: not a valid delivery"),
    "refused": Text("Refused by the addressee: the duty is done, counted apart"),
    "returned": Text("Went back to the sender: not a success"),
    "lost": Text("Lost"),
}

# Exclusions that also say something about the service, shown on their own (domain: consent and churn).
SIGNALS: dict[str, str] = {"pickup_12": "consent", "pickup_20": "churn"}


def sentence(code: str) -> Text:
    """The sentence of a reason; an unknown code is shown as it is, never hidden."""
    return REASONS.get(code) or Text("Reason %(code)s", {"code": code})
