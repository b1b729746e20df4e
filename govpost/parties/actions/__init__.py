"""Changes to people and organisations: citizens (`citizens`), organisations, those who work here (`staff`), their roles
(`granting`) and second factors, and partners' keys.
"""

from govpost.parties.actions.citizens import enter_party, introduce_party, read_identity, sign_in
from govpost.parties.actions.granting import end_grant, extend_grant, grant
from govpost.parties.actions.keys import end_partner_key, make_partner_key, note_key_use, rotate_partner_key
from govpost.parties.actions.organisations import (
    add_organisation,
    change_organisation,
    close_organisation,
    load_organisations,
    rename_organisation,
)
from govpost.parties.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    drop_second_factor,
    make_recovery_codes,
    pass_second_factor,
    reset_second_factor,
)
from govpost.parties.actions.staff import (
    add_staff,
    cancel_move,
    deactivate_staff,
    end_sessions,
    first_password,
    follow_session,
    move_staff,
    note_sign_in,
    rename_staff,
    return_staff,
    set_password,
    take_effect,
    unlock_staff,
)

__all__ = [
    "add_organisation",
    "add_staff",
    "begin_second_factor",
    "cancel_move",
    "change_organisation",
    "close_organisation",
    "confirm_second_factor",
    "deactivate_staff",
    "drop_second_factor",
    "end_grant",
    "end_partner_key",
    "end_sessions",
    "enter_party",
    "extend_grant",
    "first_password",
    "follow_session",
    "grant",
    "introduce_party",
    "load_organisations",
    "make_partner_key",
    "make_recovery_codes",
    "move_staff",
    "note_key_use",
    "note_sign_in",
    "pass_second_factor",
    "read_identity",
    "rename_organisation",
    "rename_staff",
    "reset_second_factor",
    "return_staff",
    "rotate_partner_key",
    "set_password",
    "sign_in",
    "take_effect",
    "unlock_staff",
]
