"""Addresses that belong to no single surface; included at the root."""

from __future__ import annotations

from django.urls import path

from govpost.surfaces.shared import language, sign_in, style_guide

app_name = "shared"

urlpatterns = [
    path("display/language", language.set_language, name="set_language"),
    path("display/care", language.set_care, name="set_care"),
    path("desk/sign-in", sign_in.desk_sign_in, name="desk_sign_in"),
    path("courier/sign-in", sign_in.courier_sign_in, name="courier_sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("style-guide", style_guide.style_guide, name="style_guide"),
    path("style-guide/<slug:surface>", style_guide.style_guide, name="style_guide_of"),
]
