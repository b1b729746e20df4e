"""The table of verbs: for every action who may do it, how far that right reaches, and by which relation others may.

The test fails on an action without a row and on a row without an action. This table is written by hand and never derived from the
rooms' MAY tables that it is held against.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# The roles' places that cover an object: one of Qiaocheng county, of Bozhou city, of the country.
COUNTRY = frozenset({"country"})
PROVINCE = COUNTRY | {"province"}
CITY = PROVINCE | {"city"}
COUNTY = CITY | {"county"}
FAR = frozenset({"other city", "other province"})  # Jining in Shandong, where the crossing order ends
EITHER_END = COUNTY | FAR

# Called inside a verb of another room or of the same one, by its right: what they do was permitted before.
INSIDE = frozenset({
    "journal.record", "journal.record_reading", "notices.say",
    "delivery.apply", "delivery.refold", "delivery.tell_changes", "delivery.may_do", "delivery.put_few", "delivery.put_staged",
    "delivery.put_voids", "retention.keep", "retention.note_erased", "catalogue.stand",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One action on one object of the stage (`calls.py` has the call of the same name).

    name: "room.action" or "room.action: on what". may: the verb in the room's MAY; "" for what the system alone does.
    roles: who is named there. reach: the places of a role that cover the object. own: roles that may only for their own organisation,
    and not from the far end. related: roles that need a relation which the plain callers lack. also: callers with that relation.
    away: what whoever is turned away meets; people meet "missing" where their own things would be. keeps: what is written even so.
    person: the system cannot, for a person is needed.
    """

    name: str
    may: str
    roles: frozenset[str]
    reach: frozenset[str]
    own: frozenset[str]
    related: frozenset[str]
    also: frozenset[str]
    away: str
    keeps: frozenset[str] = frozenset()
    person: bool = False

    @property
    def action(self) -> str:
        return self.name.partition(":")[0]

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]


def row(
    name: str,
    roles: str,
    reach: frozenset[str],
    *,
    may: str = "",
    own: str = "",
    related: str = "",
    also: tuple[str, ...] = (),
    away: str = "refused",
) -> Row:
    """A row whose verb in MAY is called as the action is, unless `may` says otherwise."""
    verb = may or name.partition(":")[0].partition(".")[2]
    return Row(
        name, verb, frozenset(roles.split()), reach, frozenset(own.split()), frozenset(related.split()), frozenset(also), away
    )  # fmt: skip


def by_itself(name: str) -> Row:
    """What time, facts or the outside do: no role may, nowhere."""
    return Row(name, "", frozenset(), frozenset(), frozenset(), frozenset(), frozenset(), "refused")


def by_herself(name: str, who: str = "herself") -> Row:
    """What concerns one's own sign-in: the person's, and no administrator's."""
    return replace(by_itself(name), also=frozenset({who}))


APPLICANT = ("lin",)
DEPARTMENT = "officer sender integrator"  # who acts for one organisation in the mail room
MAIL = "clerk officer station sender integrator"

ROWS: tuple[Row, ...] = (
    # The country's places, and a hall's own days.
    row("places.load_divisions", "admin", COUNTRY, may="load"),
    row("places.load_outlets", "admin", COUNTRY, may="load"),
    row("places.load_halls", "admin", COUNTRY, may="load"),
    row("places.load_areas", "admin", COUNTRY, may="load"),
    row("places.load_calendar", "admin", COUNTRY, may="load"),
    row("places.load_all", "admin", COUNTRY, may="load"),
    row("places.set_day: the country's", "admin", COUNTRY),
    row("places.set_day: a hall's", "admin", COUNTY),
    row("places.keep_areas", "admin", COUNTY),
    row("places.open_outlet", "admin", COUNTY),
    row("places.open_hall", "admin", COUNTY),
    row("places.change_outlet", "admin", COUNTY),
    row("places.change_hall", "admin", COUNTY),
    row("places.close_outlet", "admin", COUNTY),
    row("places.name_successor", "admin", COUNTY),
    row("places.close_hall", "admin", COUNTY),
    row("places.unset_day: a hall's", "admin", COUNTY, may="set_day"),
    row("places.keep_notice", "admin", COUNTRY),
    # People and organisations.
    by_itself("parties.sign_in"),
    row("parties.enter_party", "clerk", COUNTY),
    row("parties.introduce_party", "integrator", COUNTY),
    row("parties.read_identity: in a department's case", "clerk officer station", COUNTY, own="clerk officer station"),
    row("parties.read_identity: in any case", "clerk officer station", COUNTY),
    row("parties.add_organisation", "admin", CITY),
    row("parties.load_organisations", "admin", COUNTRY, may="add_organisation"),
    row("parties.add_staff", "admin", CITY),
    row("parties.set_password", "admin", CITY, also=("herself",)),
    row("parties.deactivate_staff", "admin", CITY),
    row("parties.grant: in the county", "admin", CITY),  # the person's organisation is the city's
    row("parties.grant: in the province", "admin", PROVINCE),
    row("parties.grant: an administrator of the county", "admin", CITY),
    row("parties.grant: an administrator of the city", "admin", PROVINCE),  # who stands above, and no peer
    row("parties.extend_grant", "admin", CITY),
    row("parties.end_grant", "admin", CITY),
    row("parties.end_grant: an administrator's of the city", "admin", PROVINCE),
    row("parties.change_organisation", "admin", CITY),
    row("parties.rename_organisation", "admin", CITY),
    row("parties.close_organisation", "admin", CITY),
    row("parties.rename_staff", "admin", CITY),
    row("parties.move_staff: in the city", "admin", CITY),
    row("parties.move_staff: to another city", "admin", COUNTRY),
    row("parties.cancel_move", "admin", CITY),
    row("parties.return_staff", "admin", CITY),
    row("parties.unlock_staff", "admin", CITY),
    row("parties.reset_second_factor", "admin", CITY),
    row("parties.reset_second_factor: of somebody who reaches further", "admin", PROVINCE),
    by_itself("parties.take_effect"),
    by_herself("parties.note_sign_in"),
    by_herself("parties.end_sessions"),
    by_herself("parties.begin_second_factor"),
    by_herself("parties.confirm_second_factor"),
    by_herself("parties.make_recovery_codes", "secured"),
    by_herself("parties.pass_second_factor", "secured"),
    by_herself("parties.drop_second_factor", "secured"),
    row("parties.make_partner_key", "admin", CITY),
    row("parties.rotate_partner_key", "admin", CITY),
    row("parties.end_partner_key", "admin", CITY),
    # Configuration.
    row("profiles.load_profile: a county's", "admin", COUNTY),
    row("profiles.load_profile: another version of the city's", "admin", CITY),
    row("profiles.load_seed", "admin", COUNTRY, may="load_profile"),
    row("profiles.add_version", "admin", CITY),
    row("profiles.withdraw_version", "admin", CITY),
    by_itself("catalogue.publish"),  # the set-up of an installation or city; people propose, and a second one approves
    by_itself("catalogue.load_seed"),
    row("catalogue.propose: a next version", "admin", CITY),
    row("catalogue.propose_all", "admin", CITY, may="propose"),
    row("catalogue.amend_proposal", "admin", CITY, may="propose"),
    row("catalogue.submit_proposal", "admin", CITY, may="propose"),
    row("catalogue.withdraw_proposal", "admin", CITY, may="propose"),
    replace(row("catalogue.approve_proposal", "admin", CITY, may="review"), person=True),
    replace(row("catalogue.send_back_proposal", "admin", CITY, may="review"), person=True),
    row("catalogue.end_service", "admin", CITY),
    row("retention.set_period", "admin", COUNTRY),
    row("retention.withdraw_period", "admin", COUNTRY),
    row("retention.release", "admin", CITY),
    by_itself("retention.certify"),
    # Words.
    by_itself("notices.forget"),
    row("notices.send_again", "clerk station dispatcher", COUNTY),
    by_itself("notices.note_sent"),
    by_itself("notices.note_not_sent"),
    # The mail room.
    row("delivery.place_orders", MAIL, COUNTY, own=DEPARTMENT),
    by_itself("delivery.note_waybill"),
    by_itself("delivery.note_booking_failed"),
    by_itself("delivery.note_cancel_refused"),
    by_itself("delivery.keep_unreadable"),
    by_itself("delivery.forget_addresses"),
    by_itself("delivery.forget_kept"),
    row("delivery.read_kept", "admin", COUNTY, away="refused missing"),
    row("delivery.retry_booking", "station dispatcher", COUNTY),
    row("delivery.unlock_code", "station dispatcher", EITHER_END),
    row("delivery.query_carrier", "station dispatcher", EITHER_END, may="retry_booking"),
    *(
        replace(  # what a foreigner says is kept for a person, as of an unknown number; a batch's own statement then stores no row
            row(f"delivery.record_scans: {how}", "integrator station", COUNTY, own="integrator", away="refused missing"),
            keeps=frozenset({"delivery_unclear", "delivery_keptrow", "journal_fact", "staged_scan", "delivery_scan"}),
        )
        for how in ("one", "a file")
    ),
    row("delivery.void_scan", "station dispatcher", COUNTY),
    row("delivery.settle_unclear", "station dispatcher", COUNTY, may="void_scan", away="refused missing"),
    row("delivery.record_handover: assign", "courier dispatcher", COUNTY, may="assign"),
    row("delivery.record_handover: collect", "courier station clerk", COUNTY, may="record_handover"),
    row("delivery.record_handover: go out, crossing", "courier station clerk", EITHER_END, may="record_handover"),
    row("delivery.record_handover: hold", "courier station dispatcher", EITHER_END, may="hold_for_pickup"),
    row("delivery.record_handover: send back", "station dispatcher", EITHER_END, may="send_back"),
    row("delivery.record_handover: take back", "clerk station officer", EITHER_END, may="take_back", own="officer"),
    row("delivery.record_handover: receive", "clerk station", COUNTY, may="receive_papers"),
    row("delivery.record_failed_attempt", "courier dispatcher", COUNTY),
    row("delivery.record_failed_attempt: crossing", "courier dispatcher", EITHER_END),
    row("delivery.cancel_order", MAIL + " dispatcher", COUNTY, own=DEPARTMENT),
    row("delivery.cancel_order: crossing", MAIL + " dispatcher", EITHER_END, own=DEPARTMENT),
    row("delivery.match_envelope", "station", EITHER_END),
    row("delivery.match_anew", "station", COUNTY, may="match_envelope"),
    row("delivery.note_label_printed", "station", EITHER_END, may="print_label"),
    row("delivery.seal_bag", "station", COUNTY),
    row("delivery.balance_day: with mail", "station", COUNTY),
    row("delivery.balance_day: before any mail", "station", COUNTY),
    # Licences.
    row("licences.issue", "officer", COUNTY, own="officer"),
    row("licences.issue: again", "officer", COUNTY, own="officer"),
    row("licences.void", "officer", COUNTY, own="officer"),
    # Money.
    row("settlement.commission", MAIL, COUNTY, own=DEPARTMENT),
    row("settlement.commission_rows", MAIL, COUNTY, may="commission", own=DEPARTMENT),
    row("settlement.add_tariff", "finance admin", CITY, may="keep_tariffs"),
    row("settlement.add_agreement", "finance admin", CITY, may="keep_agreements"),
    row("settlement.renew_agreement", "finance admin", CITY, may="keep_agreements"),
    row("settlement.end_agreement", "finance admin", CITY, may="keep_agreements"),
    row("settlement.assign_client", "finance admin", CITY, may="keep_agreements"),
    row("settlement.end_tariff", "finance admin", CITY, may="keep_tariffs"),
    row("settlement.declare_carrier", "admin", COUNTRY, may="keep_carriers"),
    row("settlement.rule_carrier: in a city", "admin", CITY, may="keep_carriers"),
    row("settlement.rule_carrier: everywhere", "admin", COUNTRY, may="keep_carriers"),
    row("settlement.load_terms", "finance admin", COUNTRY, may="keep_agreements"),
    row(
        "settlement.make_statements", "finance", EITHER_END | {"next county", "next city"}
    ),  # makes those of the own region; settlement's own tests see which
    by_itself("settlement.post_changes"),
    # Couriers and their tasks: the outlet's, and a taken one its courier's. Who does not see a task finds none.
    by_itself("dispatch.follow_orders"),
    by_itself("dispatch.follow_places"),
    by_itself("dispatch.hold_place"),
    by_itself("dispatch.remember_range"),
    row("dispatch.keep_plan", "admin", COUNTY),
    replace(row("dispatch.take", "courier", COUNTY, related="courier", also=("zhao", "colleague"), away="refused missing"), person=True),
    row("dispatch.give_back", "courier dispatcher", COUNTY, also=("zhao",), related="courier", away="refused missing"),
    row("dispatch.reassign", "dispatcher", COUNTY, away="refused missing"),
    row("dispatch.finish_collect", "courier", COUNTY, also=("zhao",), related="courier", away="refused missing"),
    row("dispatch.go_out", "courier", COUNTY, also=("zhao",), related="courier", away="refused missing"),
    row("dispatch.finish_deliver", "courier", COUNTY, also=("zhao",), related="courier", away="refused missing"),
    row("dispatch.fail", "courier", COUNTY, also=("zhao",), related="courier", away="refused missing"),
    # Cases: the applicant's verbs, by the relation; a partner's only in what it took in.
    row("cases.hold: an order's", "admin", COUNTY),
    row("cases.hold: a case's", "admin", COUNTY),
    row("cases.hold: an organisation's mail", "admin", CITY),
    row("cases.hold: a region's", "admin", CITY),
    by_itself("supervision.watch"),
    by_itself("cases.bring_in"),
    by_itself("cases.forget"),
    by_itself("cases.drop_drafts"),
    row("cases.draft", "clerk integrator", COUNTY, may="apply", also=APPLICANT),
    row("cases.apply_at_once", "clerk integrator", COUNTY, may="apply", also=APPLICANT),
    row("cases.amend", "clerk integrator", COUNTY, may="apply", own="integrator", also=APPLICANT),
    row("cases.submit", "clerk integrator", COUNTY, may="apply", own="integrator", also=APPLICANT),
    row("cases.resubmit", "clerk integrator", COUNTY, may="apply", own="integrator", also=APPLICANT),
    row("cases.withdraw", "clerk integrator", COUNTY, own="integrator", also=APPLICANT),
    row("cases.withdraw: from the portal", "clerk integrator", COUNTY, related="integrator", also=APPLICANT),
    row("cases.cancel_collection", "clerk integrator", COUNTY, own="integrator", also=APPLICANT),
    row("cases.order_collection_again", "clerk integrator", COUNTY, own="integrator", also=APPLICANT),
    row("cases.change_result_way", "clerk integrator station", COUNTY, own="integrator", also=APPLICANT),
    # The window's, the department's, the desk's.
    row("cases.fill_in", "clerk", COUNTY, may="take_in"),
    row("cases.continue_draft", "clerk", COUNTY, may="take_in"),
    row("cases.tell_missing", "clerk", COUNTY, may="take_in"),
    row("cases.take_in", "clerk", COUNTY),
    row("cases.undo_intake", "clerk", COUNTY),
    row("cases.discard_draft", "clerk", COUNTY, may="take_in"),
    row("cases.record_contact", "clerk", COUNTY),
    row("cases.give_papers", "clerk", COUNTY),
    row("cases.take_papers", "officer", COUNTY, own="officer"),
    row("cases.receive_papers", "clerk", COUNTY),
    row("cases.return_papers", "clerk", COUNTY),
    row("cases.hand_out", "clerk station", COUNTY),
    row("cases.request_correction", "officer", COUNTY, own="officer"),
    row("cases.accept", "officer", COUNTY, own="officer"),
    row("cases.not_accept", "officer", COUNTY, own="officer"),
    row("cases.approve", "officer", COUNTY, own="officer"),
    row("cases.refuse", "officer", COUNTY, own="officer"),
    row("cases.give_list", "officer", COUNTY, own="officer"),
    row("cases.hand_over: to the station", "station", COUNTY, may="hand_over_station"),
    row("cases.hand_over: to the window", "clerk", COUNTY, may="hand_over_window"),
    row("cases.close_parcel", "station", COUNTY),
    by_itself("cases.accept_silently"),
    by_itself("cases.terminate"),
    by_itself("cases.follow_order"),
    # What is told and counted.
    by_itself("timeline.tell"),
    by_itself("quality.keep_facts"),
    by_itself("quality.keep_intake"),
)
