"""What the one-window counter has taken in last: whole, with papers to come, told what is missing, and a list for the department."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from govpost.cases import actions, rules
from govpost.cases.actions.apply import papers_wanted
from govpost.cases.intake import Comer, Given, Provided, Relation, Source
from govpost.cases.rules import Form
from govpost.catalogue import queries as catalogue
from govpost.common.clock import shanghai_day
from govpost.demo.applications import Application
from govpost.demo.clockwork import Story

IN_PERSON = Comer(Relation.SELF.value, identity_seen=True)


def taken_in(app: Application) -> Story:
    """Everything is there, one paper as an electronic copy."""
    yield (at := app.world.days.office_ago(55))
    _fill(app, at, missing=0)
    _take(app, at)


def with_papers_to_come(app: Application) -> Story:
    yield (at := app.world.days.office_ago(35))
    _fill(app, at, missing=1)
    _take(app, at)


def handed_on(app: Application) -> Story:
    """The department has not confirmed the list yet."""
    yield (at := app.world.days.office_ago(80))
    _fill(app, at, missing=0)
    _take(app, at)
    yield (at := app.world.days.office_ago(60))
    actions.give_papers(case_ids=[app.case_id], at=at, by=app.clerk)


def told(app: Application) -> Story:
    """What is missing was told once; the draft waits."""
    yield (at := app.world.days.office_ago(15))
    _fill(app, at, missing=2)
    actions.tell_missing(case_id=app.case_id, at=at, by=app.clerk)


def _fill(app: Application, at: datetime, *, missing: int) -> None:
    service = catalogue.service(app.item, shanghai_day(at), app.city.region)
    marks = [Given(Provided.LATER.value)] * missing + [Given(Provided.ELECTRONIC.value, Source.COPY.value)]
    wanted = [str(paper.id) for paper in papers_wanted(service)]
    checklist = dict(zip(wanted, marks + [Given(Provided.PAPER.value)] * len(wanted), strict=False))
    made = actions.draft(service_id=service.id, form=Form(), at=at, by=app.clerk, party_id=app.who.actor.id)
    app.case_id = made.id
    form = replace(app.form(at, "bring" if missing else "none", "window"), checklist=checklist, comer=IN_PERSON)
    actions.fill_in(case_id=made.id, form=form, at=at, by=app.clerk)


def _take(app: Application, at: datetime) -> None:
    actions.take_in(case_id=app.case_id, notice_version=rules.NOTICE.version, at=at, by=app.clerk)


PLOTS = (taken_in, with_papers_to_come, handed_on, told)
