"""How the administrators' actions on terms and the catalogue are called, once for every row of the table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from govpost.catalogue import actions as catalogue
from govpost.catalogue.testing import make_document
from govpost.common.actor import Actor
from govpost.places.testing import AT
from govpost.settlement import actions as settlement
from govpost.settlement.models import Agreement, Tariff
from tests.matrix.stage import CITY, Stage

Call = Callable[[Stage, Actor], object]
SOME_DAY = date(2026, 8, 3)
LATER_VERSION = make_document(valid_from="2099-01-01")


def _rule(region: str) -> Call:
    return lambda stage, by: settlement.rule_carrier(
        carrier="post", item="", region=region, allowed=False, basis="示例〔2026〕9号", starts_on=SOME_DAY, at=AT, by=by
    )


def _sun(stage: Stage) -> UUID:
    """Sun at the station desk works for the post."""
    assert stage.world.cast.station.id
    return stage.world.cast.station.id


def _agreed(verb: str, **over: Any) -> Call:
    """On the health commission's own agreement."""
    return lambda stage, by: getattr(settlement, verb)(
        agreement_id=Agreement.objects.get(number="EX-AG-BZ-04").id, ends_on=over["ends_on"], at=AT, by=by,
        **{key: value for key, value in over.items() if key != "ends_on"},
    )  # fmt: skip


CALLS_OF_TERMS: dict[str, Call] = {
    "settlement.renew_agreement": _agreed("renew_agreement", number="matrix", ends_on=date(2028, 12, 31), tariff="EX-BOZHOU-DEPT"),
    "settlement.end_agreement": _agreed("end_agreement", ends_on=SOME_DAY, reason="示例"),
    "settlement.assign_client": lambda stage, by: settlement.assign_client(
        organisation_id=stage.own.id, staff_id=_sun(stage), starts_on=SOME_DAY, at=AT, by=by
    ),
    "settlement.end_tariff": lambda stage, by: settlement.end_tariff(
        tariff_id=Tariff.objects.get(code="EX-BOZHOU-DEPT").id, ends_on=date(2027, 12, 31), at=AT, by=by
    ),
    "settlement.declare_carrier": lambda stage, by: settlement.declare_carrier(
        code="matrix", name="示例", name_en="Example", basis="示例许可", at=AT, by=by
    ),
    "settlement.rule_carrier: in a city": _rule(CITY),
    "settlement.rule_carrier: everywhere": _rule(""),
    "catalogue.propose: a next version": lambda stage, by: catalogue.propose(document=LATER_VERSION, at=AT, by=by),
    "catalogue.propose_all": lambda stage, by: catalogue.propose_all(documents=[LATER_VERSION], at=AT, by=by),
    "catalogue.amend_proposal": lambda stage, by: catalogue.amend_proposal(
        proposal_id=stage.things["drafted"].id, document=LATER_VERSION | {"code": "002099000001"}, at=AT, by=by
    ),
    "catalogue.submit_proposal": lambda stage, by: catalogue.submit_proposal(proposal_id=stage.things["drafted"].id, at=AT, by=by),
    "catalogue.withdraw_proposal": lambda stage, by: catalogue.withdraw_proposal(
        proposal_id=stage.things["drafted"].id, reason="示例", at=AT, by=by
    ),
    "catalogue.approve_proposal": lambda stage, by: catalogue.approve_proposal(proposal_id=stage.things["in review"].id, at=AT, by=by),
    "catalogue.send_back_proposal": lambda stage, by: catalogue.send_back_proposal(
        proposal_id=stage.things["in review"].id, reason="示例", at=AT, by=by
    ),
}
