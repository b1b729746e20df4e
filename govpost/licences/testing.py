"""Builders of licences: one for Lin from Bozhou's health commission, through the action."""

from __future__ import annotations

from typing import Any

from govpost.common.actor import Actor
from govpost.common.ids import uuid7
from govpost.licences import actions
from govpost.licences.models import Licence
from govpost.parties.models import Organisation
from govpost.parties.testing import make_lin
from govpost.places.testing import AT

SYSTEM = Actor.system("test")
HYGIENE_TYPE = "11110000XX00009012001"


def make_licence(**over: Any) -> Licence:
    """Needs the example organisations (`parties.testing.load_organisations`)."""
    values: dict[str, Any] = {
        "case_number": f"BJ260302-{uuid7().hex[-8:].upper()}", "type_code": HYGIENE_TYPE, "name": "公共场所卫生许可证（示例）",
        "issuer": Organisation.objects.get(code="bozhou-health"), "region": "34.3416.341602", "years": 4, "at": AT, "by": SYSTEM,
    }  # fmt: skip
    values |= over
    return actions.issue(**{"holder": values.get("holder") or make_lin(), **values})
