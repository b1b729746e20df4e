"""The planted faults: what each breaks, where, and which test must notice. Old texts stand exactly once in their file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A patch of one file; `attacks` names the guarantee, `caught_by` the test (a pytest node) that must fail.

    rebuilds: the patch changes SQL that the tests' database template is made of. says: what the failing test must print, where it
    could fail for another reason.
    """

    name: str
    attacks: str
    file: str
    edits: tuple[tuple[str, str], ...]
    caught_by: str
    rebuilds: bool = False
    says: str = ""


FAULTS = (
    Fault(
        "check-then-insert",
        "an event exists exactly once (I2): the table's key decides, not a look beforehand",
        "govpost/delivery/actions/storing.py",
        (
            ('{", ".join(["%s"] * 13)}, %s::jsonb, %s, %s, %s) ON CONFLICT DO NOTHING', '{", ".join(["%s"] * 13)}, %s::jsonb, %s, %s, %s)'),
            (
                "                cursor.execute(sql, values(rows[n]))\n",
                (
                    '                cursor.execute("SELECT 1 FROM delivery_scan WHERE (waybill_no, source, code, occurred_at, place_code)"\n'
                    '                               " = (%s, %s, %s, %s, %s)", _identity(rows[n]))\n'
                    "                if cursor.fetchone() is not None:\n"
                    "                    continue\n"
                    "                cursor.execute(sql, values(rows[n]))\n"
                ),
            ),
        ),
        "govpost/delivery/tests/test_at_once.py",
    ),
    Fault(
        "idempotency-outside",
        "a request has one effect (I1): the answer is kept in the transaction of the work, or the work is undone",
        "govpost/surfaces/partner_api/idempotency.py",
        (("        if cursor.fetchone() is None:\n            raise _Overtaken\n", "        cursor.fetchone()\n"),),
        "tests/journeys/test_api_races.py",
    ),
    Fault(
        "charge-by-event",
        "a delivery is charged once (I3), however many sources tell of it: by state, not by event",
        "govpost/settlement/actions/ledger.py",
        (
            ("    if due == open_:\n        return []\n", ""),
            ("    if open_ is not None:\n        posted.append", "    if open_ is not None and due is None:\n        posted.append"),
        ),
        "tests/journeys/test_money.py::test_the_same_push_twice_and_late_events_charge_once",
    ),
    Fault(
        "reversal-forgotten",
        "accounts equal what the orders' states imply (I3): a withdrawn delivery is taken back",
        "govpost/settlement/actions/ledger.py",
        (("        posted.append((_txn(state, payload, TxnKind.REVERSAL, open_), _lines(open_, -1)))\n", ""),),
        "govpost/settlement/tests/test_ledger.py::test_a_withdrawn_delivery_is_reversed_and_a_second_delivery_charged_again",
    ),
    Fault(
        "unbalanced-ledger",
        "each ledger transaction sums to zero (I3), by the database itself",
        "govpost/settlement/migrations/0001_initial.py",
        (
            (
                (
                    "CREATE CONSTRAINT TRIGGER ledger_sums_to_zero AFTER INSERT OR UPDATE OR DELETE ON settlement_ledgerentry\n"
                    "    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION settlement_txn_sums_to_zero();\n"
                ),
                "",
            ),
            ("DROP TRIGGER ledger_sums_to_zero ON settlement_ledgerentry;\n", ""),
        ),
        "govpost/settlement/tests/test_ledger.py::test_nothing_can_be_added_to_a_settled_transaction_and_a_reference_is_used_once",
        rebuilds=True,
    ),
    Fault(
        "fact-anywhere",
        "a fact commits with what it tells of (I5, I6): writing one outside a transaction is refused",
        "govpost/journal/actions.py",
        (("    if not connection.in_atomic_block:\n", "    if False:\n"),),
        "govpost/journal/tests/test_followers.py::test_a_fact_outside_a_transaction_is_a_bug",
    ),
    Fault(
        "fact-after-commit",
        "a fact commits with what it tells of (I5): not afterwards, when the process may be gone",
        "govpost/delivery/actions/recording.py",
        (
            (
                "    refold(touched, at=at, by=by, source=_source(rows))\n",
                "    transaction.on_commit(lambda: refold(touched, at=at, by=by, source=_source(rows)))\n",
            ),
        ),
        "govpost/delivery/tests/test_recording.py::test_a_push_moves_the_order_and_tells_one_fact",
    ),
    Fault(
        "no-horizon",
        "a follower hears every fact once (I5): also that of a transaction that began early and commits late",
        "govpost/journal/followers.py",
        (
            ("str(cursor.xid), cursor.seq, str(horizon)", "str(cursor.xid), cursor.seq, str(_LAST_SEQ)"),
            (
                "    last = (facts[-1].xid, facts[-1].seq) if full else (horizon - 1, _LAST_SEQ)\n    if last > (cursor.xid, cursor.seq):",
                "    last = (facts[-1].xid, facts[-1].seq) if facts else (cursor.xid, cursor.seq)\n    if last > (cursor.xid, cursor.seq):",
            ),
        ),
        "govpost/journal/tests/test_followers.py::test_a_fact_of_a_transaction_that_commits_late_is_not_lost",
    ),
    Fault(
        "last-arrival-wins",
        "a state is the fold of its events (I7), whatever order they arrive in",
        "govpost/delivery/fold.sql",
        (("date_part('epoch', s.occurred_at)", "date_part('epoch', s.known_at)"),),
        "govpost/delivery/tests/test_late_arrival.py::test_an_earlier_event_that_is_heard_later_moves_nothing_back",
        rebuilds=True,
    ),
    Fault(
        "voids-ignored",
        "a state is the fold of its valid events (I7): a withdrawn one no longer counts",
        "govpost/delivery/fold.sql",
        (("AND NOT (cardinality(t.voids) > 0 AND", "AND NOT (cardinality(t.voids) < 0 AND"),),
        "govpost/delivery/tests/test_recording.py::test_a_void_withdraws_the_delivery_and_the_event_stays_visible",
        rebuilds=True,
    ),
    Fault(
        "new-without-old",
        "each figure equals its recomputation (I4): a cell moves by new minus old",
        "govpost/quality/actions.py",
        (('"was_outcome": was.outcome,', '"was_outcome": "",'),),
        "govpost/quality/tests/test_figures.py::test_a_delivery_withdrawn_days_later_corrects_yesterdays_rate_and_says_so",
    ),
    Fault(
        "older-news-counts",
        "facts may come twice and out of order: an older version changes nothing",
        "govpost/cases/actions/follow.py",
        (("            if order.version >= news.version:\n                continue\n", ""),),
        "govpost/cases/tests/test_follow.py::test_older_news_changes_nothing",
    ),
    Fault(
        "door-open-to-all-staff",
        "deny by default on routes: the courier's pages are the courier's",
        "govpost/surfaces/courier/views.py",
        (("COURIER = STAFF(Role.COURIER)", "COURIER = STAFF()"),),
        "tests/matrix/test_marks.py::test_every_route_is_marked_with_those_whom_the_table_lets_in",
    ),
    Fault(
        "region-forgotten",
        "no order is visible across jurisdictions (I9)",
        "govpost/delivery/queries.py",
        (("    here = within(str(order.region), grant.region)\n", "    here = True\n"),),
        "tests/matrix/test_routes.py::test_the_door_opens_for_those_and_only_those[desk:order]",
    ),
    Fault(
        "other-departments-mail",
        "no order is visible across organisations of one city (I9)",
        "govpost/delivery/queries.py",
        (("return here and grant.organisation in (None, order.organisation_id)", "return here"),),
        "govpost/surfaces/partner_api/tests/test_api.py::test_another_organisations_order_looks_like_a_missing_one",
    ),
    Fault(
        "list-wider-than-look-up",
        "a list shows no order that its number would not find (I9)",
        "govpost/delivery/queries.py",
        (("return here & Q(organisation_id=grant.organisation) if grant.organisation else here", "return here"),),
        "govpost/delivery/tests/test_sight.py::test_what_a_list_shows_and_what_a_number_finds_is_the_same",
    ),
    Fault(
        "unmasked-partner",
        "people are masked by default, to partners too",
        "govpost/surfaces/partner_api/shapes.py",
        (("recipient=mask_name(recipient.name)", "recipient=recipient.name"),),
        "govpost/surfaces/partner_api/tests/test_api.py::test_people_are_masked_in_every_answer",
    ),
    Fault(
        "silent-reading",
        "every reading of a full identity number has its audit row (I10)",
        "govpost/parties/actions/citizens.py",
        (
            (
                '    journal.record_reading(what="identity", subject=f"party:{party_id}", cause=cause, case=case, region=region, at=at, by=by)\n',
                "",
            ),
        ),
        "govpost/parties/tests/test_parties.py::test_reading_a_full_number_is_in_the_journal_with_its_cause",
    ),
    Fault(
        "anybody-reads-numbers",
        "deny by default on actions: a full identity number is for the desk of its region",
        "govpost/parties/actions/citizens.py",
        (('    permit(by, "read_identity", MAY["read_identity"], region=region, organisation=organisation)\n', ""),),
        "govpost/parties/tests/test_parties.py::test_the_courier_and_other_people_read_no_full_number",
    ),
    Fault(
        "region-forgotten-at-the-desk",
        "deny by default on actions: a station acts on the mail that starts or ends in its region",
        "govpost/delivery/actions/handing.py",
        (("    return any(within(place, grant.region) for place in places)\n", "    return len(places) > 0\n"),),
        "tests/matrix/test_actions.py::test_the_action_is_done_by_those_and_only_those[delivery.match_envelope]",
    ),
    Fault(
        "any-department-decides",
        "deny by default on actions: an officer decides the cases of the own department",
        "govpost/cases/moving.py",
        (
            (
                "    bound = {Role.OFFICER: department_id, Role.INTEGRATOR: intake_id}\n",
                "    bound: dict[str, UUID | None] = {Role.INTEGRATOR: intake_id}\n",
            ),
        ),
        "tests/matrix/test_actions.py::test_the_action_is_done_by_those_and_only_those[cases.refuse]",
    ),
    Fault(
        "anybody-withdraws",
        "a person's case is that person's: to everybody else it does not exist",
        "govpost/cases/moving.py",
        (('        if case.party_id != by.id:\n            raise NotFound("case")\n', ""),),
        "tests/matrix/test_actions.py::test_the_action_is_done_by_those_and_only_those[cases.withdraw]",
    ),
    Fault(
        "foreign-word-counts",
        "a partner's word about another organisation's mail is not stored, so that no later fold counts it",
        "govpost/delivery/actions/recording.py",
        (("storing.put_few(scans, without=foreign,", "storing.put_few(scans, without=(),"),),
        "tests/matrix/test_actions.py::test_the_action_is_done_by_those_and_only_those[delivery.record_scans: one]",
    ),
    Fault(
        "asked-afterwards",
        "nobody who is turned away has written anything, a job included",
        "govpost/delivery/actions/handing.py",
        (
            (
                ('    may_do(by, "retry_booking", order)\n    rules.may_ask(order.waybill_no).require()\n    asking.query(order.id)\n'),
                ('    rules.may_ask(order.waybill_no).require()\n    asking.query(order.id)\n    may_do(by, "retry_booking", order)\n'),
            ),
        ),
        "tests/matrix/test_actions.py::test_the_action_is_done_by_those_and_only_those[delivery.query_carrier]",
    ),
    Fault(
        "ciphertext-of-another-row",
        "sealed personal data opens only in the row it belongs to",
        "govpost/common/crypto.py",
        (
            ("        decryptor.authenticate_additional_data(bound_to.encode())\n", ""),
            ("    encryptor.authenticate_additional_data(bound_to.encode())\n", ""),
        ),
        "govpost/parties/tests/test_parties.py::test_a_ciphertext_does_not_open_in_anothers_row",
    ),
    Fault(
        "wrong-envelope",
        "a certificate in a wrong envelope never leaves the desk",
        "govpost/delivery/actions/station.py",
        (("    if contents not in order.contents:\n", "    if not contents:\n"),),
        "govpost/delivery/tests/test_station.py::test_a_certificate_in_a_wrong_envelope_is_refused",
    ),
    Fault(
        "one-scan-for-all",
        "a parcel of several certificates is matched only when each of them was scanned",
        "govpost/delivery/actions/station.py",
        (("order.matched_at = None if unmatched(order.contents, order.matched) else at", "order.matched_at = at"),),
        "govpost/delivery/tests/test_station.py"
        "::test_several_certificates_are_matched_only_when_each_of_them_was_scanned_into_the_same_envelope",
    ),
    Fault(
        "any-code-will-do",
        "papers are handed over against the applicant's check code only",
        "govpost/delivery/actions/handing.py",
        (('        return not wanted or same_code(f"check:{order.id}", code or "")\n', "        return True\n"),),
        "govpost/delivery/tests/test_recording.py::test_papers_are_collected_with_every_paper_counted_and_the_right_code",
    ),
    Fault(
        "order-told-after-commit",
        "a fact commits with what it tells of (I1, I5): a process killed between the two takes the fact along",
        "govpost/delivery/actions/placing.py",
        (
            (
                "    tell_changes([_placed_payload(order, row, at) for order, row in new], at=at, by=by)\n",
                (
                    "    told = [_placed_payload(order, row, at) for order, row in new]\n\n"
                    "    def tell() -> None:\n"
                    '        __import__("time").sleep(0.2)\n'
                    "        with transaction.atomic():\n"
                    "            tell_changes(told, at=at, by=by)\n\n"
                    "    transaction.on_commit(tell)\n"
                ),
            ),
        ),
        "tests/storm/test_storm.py::test_nothing_is_lost_and_nothing_doubled",
        says=r'"broken": \[.*I1 every order exists once',
    ),
    Fault(
        "cursor-before-effects",
        "a follower's cursor moves in the transaction of its effects (I3, I4): a worker killed between the two never comes back to them",
        "govpost/journal/followers.py",
        (
            (
                "        if facts:\n            _digest(follower, facts)\n        _move(cursor, facts, horizon, full=len(facts) == limit)\n",
                (
                    "        _move(cursor, facts, horizon, full=len(facts) == limit)\n"
                    "    if facts:\n"
                    '        __import__("time").sleep(1)\n'
                    "        with transaction.atomic():\n"
                    "            _digest(follower, facts)\n"
                ),
            ),
        ),
        "tests/storm/test_storm.py::test_nothing_is_lost_and_nothing_doubled",
        says=r'"broken": \[.*I[34] the ',
    ),
    Fault(
        "acknowledged-before-flushed",
        "what was acknowledged is on the disk: a database killed with -9 has it afterwards",
        "govpost/ops/postgres.py",
        (('    "jit": "off",\n', '    "jit": "off",\n    "synchronous_commit": "off",\n    "wal_writer_delay": "2s",\n'),),
        "tests/storm/test_storm.py::test_nothing_is_lost_and_nothing_doubled",
        says=r'"lost_orders": [1-9]|"lost_events": [1-9]|event not taken: .*unknown_waybill',
    ),
)
