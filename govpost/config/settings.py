"""Every setting of the program, read from the environment. A demo needs none; production fails loudly on what it lacks."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from govpost.common.scrubbing import scrub_tracebacks
from govpost.config.databases import databases
from govpost.config.keys import load_keys
from govpost.config.logs import logging_config
from govpost.demo.people import logins, second_factors
from govpost.parties.roles import Role

# The type checker's stubs make fields and look-ups generic; let `TextField[str, str]` stand as a base class at run time too.
for _generic in (models.Field, models.Lookup):
    setattr(_generic, "__class_getitem__", classmethod(lambda cls, *_: cls))

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("GOVPOST_DATA") or REPOSITORY / ".govpost").absolute()
# Without an address of a database of its own the program is the demo.
DEMO = os.environ.get("GOVPOST_DEMO") == "1" or not os.environ.get("DATABASE_URL")
DEBUG = False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


# -- what it is made of --------------------------------------------------------

# Each room's place in the order is its layer: a room may only know those above it in this list.
ROOMS = (
    "journal", "places", "parties", "profiles", "retention", "catalogue", "notices", "delivery", "licences", "settlement",
    "dispatch", "cases", "timeline", "quality", "supervision",
)  # fmt: skip
SURFACES = ("shared", "portal", "desk", "courier", "partner_api")


def _present(names: tuple[str, ...], folder: str = "") -> list[str]:
    home = REPOSITORY / "govpost" / folder
    prefix = f"govpost.{folder}." if folder else "govpost."
    return [prefix + name for name in names if (home / name / "models.py").exists() or (home / name / "apps.py").exists()]


INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "ninja",
    "procrastinate.contrib.django",
    *_present(ROOMS),
    *_present(SURFACES, "surfaces"),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "govpost.surfaces.shared.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "govpost.surfaces.shared.access.AccessMiddleware",
    "govpost.surfaces.shared.errors.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "govpost.config.urls"
WSGI_APPLICATION = "govpost.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [REPOSITORY / "govpost" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "govpost.surfaces.shared.context.house",
                "govpost.surfaces.desk.areas.side_nav",
            ],
        },
    },
]
# The outside world by port (`common.plugs.plug`): module and class of the client that speaks to it.
PORTS = {
    "delivery.carrier": "govpost.gateways.ems.client:EmsCarrier",
    "notices.sms": "govpost.gateways.sms.client:SmsGateway",
    "parties.identity": "govpost.gateways.identity.client:OidcIdentity",
}

# -- where it is, and whom it speaks to (an empty address: that gateway refuses and says so) --------------------

GOVPOST_PUBLIC_URL = os.environ.get("GOVPOST_PUBLIC_URL", "")
GOVPOST_EMS_URL = os.environ.get("GOVPOST_EMS_URL", "")
GOVPOST_EMS_SENDER_NO = os.environ.get("GOVPOST_EMS_SENDER_NO", "")
GOVPOST_EMS_AUTHORIZATION = os.environ.get("GOVPOST_EMS_AUTHORIZATION", "")
GOVPOST_EMS_SIGN_KEY = os.environ.get("GOVPOST_EMS_SIGN_KEY", "")
GOVPOST_SMS_URL = os.environ.get("GOVPOST_SMS_URL", "")
GOVPOST_SMS_KEY = os.environ.get("GOVPOST_SMS_KEY", "")
GOVPOST_OIDC_ISSUER = os.environ.get("GOVPOST_OIDC_ISSUER", "")
GOVPOST_OIDC_CLIENT_ID = os.environ.get("GOVPOST_OIDC_CLIENT_ID", "")
GOVPOST_OIDC_CLIENT_SECRET = os.environ.get("GOVPOST_OIDC_CLIENT_SECRET", "")

# -- keys and databases ---------------------------------------------------------

_keys = load_keys(DATA, demo=DEMO)
SECRET_KEY = _keys.pop("secret_key")
GOVPOST_KEYS = _keys
DATABASES = databases(DATA)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# -- people and their sessions ---------------------------------------------------

if "govpost.parties" in INSTALLED_APPS:
    AUTH_USER_MODEL = "parties.Staff"
DEMO_LOGINS = logins() if DEMO else []  # offered on the staff's sign-in pages
DEMO_SECOND_FACTORS = second_factors() if DEMO else {}  # login → secret, so that a visitor without that phone sees its code
# Roles that may not be used with a password alone, separated by commas; "none" asks nobody. In a demo it is everybody's choice.
_ROLES = os.environ.get("GOVPOST_SECOND_FACTOR", "none" if DEMO else "admin,finance")
GOVPOST_SECOND_FACTOR = frozenset(role.strip() for role in _ROLES.split(",") if role.strip() not in ("", "none"))
if _unknown := GOVPOST_SECOND_FACTOR - set(Role):
    raise ImproperlyConfigured(f"GOVPOST_SECOND_FACTOR names no role of ours: {', '.join(sorted(_unknown))}. See docs/glossary.md.")
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_FAILURE_LIMIT = 8
AXES_USERNAME_FORM_FIELD = "username"  # what the form sends; the model's own word for it is "login"
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_SENSITIVE_PARAMETERS = ["password", "username"]
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "govpost.surfaces.shared.sign_in.locked_out"
CSRF_FAILURE_VIEW = "govpost.surfaces.shared.errors.csrf_failure"
SESSION_COOKIE_NAME = "govpost_session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "govpost_csrf"
LANGUAGE_COOKIE_NAME = "govpost_language"
LANGUAGE_COOKIE_HTTPONLY = True

# -- the browser's side ---------------------------------------------------------

_HTTPS = GOVPOST_PUBLIC_URL.startswith("https://")
if not DEMO and not _HTTPS and os.environ.get("GOVPOST_PLAIN_HTTP") != "1":
    raise ImproperlyConfigured(
        "Set GOVPOST_PUBLIC_URL to the https:// address people use (or GOVPOST_PLAIN_HTTP=1 for a trial without TLS)."
    )
ALLOWED_HOSTS = [host for host in os.environ.get("GOVPOST_ALLOWED_HOSTS", "").split(",") if host]
ALLOWED_HOSTS += [urlsplit(GOVPOST_PUBLIC_URL).hostname or ""] if GOVPOST_PUBLIC_URL else []
ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [_origin(GOVPOST_PUBLIC_URL)] if GOVPOST_PUBLIC_URL else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_SSL_REDIRECT = _HTTPS and os.environ.get("GOVPOST_BEHIND_PROXY") != "1"
if os.environ.get("GOVPOST_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
X_FRAME_OPTIONS = "DENY"
# Who may read /metrics: networks separated by commas, by default this machine.
INTERNAL_NETWORKS = os.environ.get("GOVPOST_INTERNAL_NETWORKS", "127.0.0.0/8,::1/128").split(",")
# Signing in leaves for the province's identity service and comes back: its origin is the one other place a form may lead.
_FORM_ACTION = [SELF, *filter(None, [_origin(GOVPOST_OIDC_ISSUER)])]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": _FORM_ACTION,
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
NINJA_PAGINATION_MAX_LIMIT = 200

# -- words, days, static files ----------------------------------------------------

LANGUAGE_CODE = "zh-hans"
# Rooms and surfaces are apps and bring their own; gateways and common are not.
LOCALE_PATHS = [REPOSITORY / "govpost" / "config" / "locale", *sorted((REPOSITORY / "govpost" / "gateways").glob("*/locale"))]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("GOVPOST_STATIC") or DATA / "static")
_FINDERS = os.environ.get("GOVPOST_STATIC_FROM_SOURCE") == "1"  # tests: files as they lie in the source
WHITENOISE_USE_FINDERS = _FINDERS
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _FINDERS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
scrub_tracebacks()
LOGGING = logging_config(
    json_lines=os.environ.get("GOVPOST_LOG_FORMAT", "text" if sys.stderr.isatty() or DEMO else "json") == "json",
    level=os.environ.get("GOVPOST_LOG_LEVEL", "INFO"),
)
SILENCED_SYSTEM_CHECKS: list[str] = []
