"""Another courier for papers that none could collect: the applicant's verb, at a time of their choice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from govpost.cases import events, mailing, rules, sealing
from govpost.cases.actions.apply import check_address, pending_papers
from govpost.cases.models import Case
from govpost.cases.moving import lock, permit_own, require_move, step
from govpost.cases.rules import PaperWay
from govpost.cases.states import Verb
from govpost.common.actor import Actor
from govpost.common.refusal import InvalidInput, Refusal
from govpost.common.text import Text
from govpost.profiles import queries as profiles
from govpost.profiles.rules import Window


def order_collection_again(*, case_id: UUID, window: Window | None, at: datetime, by: Actor) -> Case:
    """The papers were not collected, or their collection was cancelled: another courier comes in the chosen window.

    Raises InvalidInput (window, county), Refusal: wrong_state, nothing_to_collect, no_collection, collection_stands, not_collectable.
    """
    with transaction.atomic():
        case = lock(case_id)
        permit_own(by, "order_collection_again", case)
        require_move(case, Verb.ORDER_COLLECTION_AGAIN)
        papers = pending_papers(case)
        if not papers or case.clock_from_at is not None:
            raise Refusal("nothing_to_collect", Text("The window has your papers already: nothing has to be collected."))
        rules.may_order_again(**mailing.latest_collection(case)).require()
        _check(case, window, at)
        mailing.stop_collection(case, reason="ordered_again", at=at, by=by)
        case.paper_way = PaperWay.DOOR.value
        case.window_from, case.window_to = (window.start, window.end) if window else (None, None)
        order = mailing.fetch_papers(case, papers, at=at, by=by)
        step(case, Verb.ORDER_COLLECTION_AGAIN, events.COLLECTION_ORDERED, at=at, by=by, **mailing.order_facts(case, order))
    return case


def _check(case: Case, window: Window | None, at: datetime) -> None:
    case.paper_way = PaperWay.DOOR.value
    errors = check_address(case, sealing.said(case), profiles.settings_by_pin(case.profile_pin), window=window, at=at)
    if errors:
        raise InvalidInput(errors)
