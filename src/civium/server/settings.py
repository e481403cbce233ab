"""Django's settings, all of them made from Config: nothing here reads the environment by itself, and no secret stands in it.

The rules are:
- Django's tables lie apart from the statements (databases.py): a page must never make an envelope wait;
- public pages know nothing of a visitor: no session, no cookie.
"""

from __future__ import annotations

import os

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
INSTALLED_APPS = ["civium.server.initiatives", "civium.server.campaign", "civium.server.supporters"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
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
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
