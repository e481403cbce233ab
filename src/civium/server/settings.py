"""Django's settings, all of them made from Config: nothing here reads the environment by itself, and no secret stands in it.

The rules are:
- Django's tables lie apart from the statements (databases.py): a page must never make an envelope wait;
- public pages know nothing of a visitor: no session, no cookie; the console's are of its own folder of addresses alone.
"""

from __future__ import annotations

import os
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from civium.server.config import Config
from civium.server.databases import django_databases

CONFIG = Config.from_environment(os.environ)


def _secret_key() -> str:
    path = CONFIG.secret_key_path
    # Made by `civium init`. Without it Django refuses whatever needs one, and says so.
    return path.read_text("ascii").strip() if path.is_file() else ""


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = [CONFIG.host.split(":")[0], "localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "civium.server.initiatives",
    "civium.server.register",
    "civium.server.campaign",
    "civium.server.supporters",
    "civium.server.jobs",
    "civium.server.annex_v",
    "civium.server.desk",
    "civium.server.office",
    "civium.server.dashboard",
    "civium.server.console",
    "allauth.account",
    "allauth.mfa",
]
# allauth demands its own here; it sets nothing. Sessions and forgery are the console's gate's: no other page has them.
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "allauth.account.middleware.AccountMiddleware"]
ROOT_URLCONF = "civium.server.urls"
DATABASES = django_databases(CONFIG)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False  # pages have catalogues of their own (server/site)
# Nothing about a visitor is logged. Without a logger's own handler Python prints warnings to stderr, and Django's name what was asked for.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"quiet": {"()": "civium.server.quiet.OnlyTheKind"}},
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "filters": ["quiet"], "formatter": "plain"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}


def _is_this_machine(url: str) -> bool:
    """Say whether an address is reached without TLS, on this machine alone: browsers hold such a place to be safe."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False


# The console (server/console). What is posted there is held in memory, within what asgi.py lets through: nothing is put on a disk.
IS_LOOPBACK = _is_this_machine(CONFIG.url)
AUTH_USER_MODEL = "console.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["civium.server.console.accounts.passwords.FewAtOnce"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "civium.server.console.accounts.passwords.NotOneOfTheUsual"},
]
SESSION_ENGINE = "civium.server.console.sessions"
SESSION_COOKIE_NAME = "civium-console"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_NAME = "civium-console-form"
CSRF_COOKIE_AGE = None  # as long as the browser is open
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/console/"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_LOOPBACK
# Behind a proxy Django sees http where the browser saw https.
CSRF_TRUSTED_ORIGINS = [CONFIG.url]
CACHES = {"default": {"BACKEND": "civium.server.console.remembering.Remembering"}}
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE = 13 * 1_048_576
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_ADAPTER = "civium.server.console.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is known from the invitation that was sent to it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_TIMEOUT = 900
# A network may fail twenty times a minute; an address five times, and is then closed for a quarter of an hour.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "20/m/ip,5/15m/key"}
MFA_ADAPTER = "civium.server.console.accounts.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: clocks differ, and people type slowly
MFA_TOTP_ISSUER = "Civium"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOOPBACK
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
