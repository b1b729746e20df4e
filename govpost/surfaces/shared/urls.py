"""Addresses that belong to no single surface; included at the root."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.shared import account, language, second_step, sign_in, style_guide

app_name = "shared"

urlpatterns = [
    path("display/language", language.set_language, name="set_language"),
    path("display/care", language.set_care, name="set_care"),
    path("desk/sign-in", sign_in.desk_sign_in, name="desk_sign_in"),
    path("courier/sign-in", sign_in.courier_sign_in, name="courier_sign_in"),
    path("sign-in/code", second_step.second_step, name="second_step"),
    path("account", account.account, name="account"),
    path("account/password", account.own_password, name="own_password"),
    path("account/second-factor", second_step.own_second_factor, name="own_second_factor"),
    path("account/sessions", account.end_sessions, name="end_sessions"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("style-guide", style_guide.style_guide, name="style_guide"),
    path("style-guide/<slug:surface>", style_guide.style_guide, name="style_guide_of"),
]
