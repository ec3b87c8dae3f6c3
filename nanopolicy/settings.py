"""All settings, one file; whatever differs between installations is an environment variable.

The README documents each variable. None set means local use: SQLite and a generated key in ``var/``,
answering to loopback names alone.
"""

import os
from datetime import timedelta
from pathlib import Path

from nanopolicy import database, secrets, storage
from nanopolicy.env import Env

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = Env(os.environ)

# --- Where things are kept -------------------------------------------------------------------------
DATA_DIR = BASE_DIR / ENV.text("DATA_DIR", "var")
if not (ENV.text("DATABASE_URL") and ENV.text("SECRET_KEY")):
    secrets.private_folder(DATA_DIR)
_kept_open = ENV.number("DATABASE_CONN_MAX_AGE", 60, 0, 86_400)
DATABASES = {
    "default": database.parse(
        ENV.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'db.sqlite3'}"),
        base=BASE_DIR,
        kept_open=_kept_open,
    )
}
if _replica := ENV.text("DATABASE_REPLICA_URL"):
    DATABASES["replica"] = database.replica(
        _replica,
        primary=DATABASES["default"],
        kept_open=_kept_open,
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who may ask, and how --------------------------------------------------------------------------
DEBUG = ENV.flag("DEBUG", False)
_key = ENV.text("SECRET_KEY")
SECRET_KEY = (
    secrets.checked("SECRET_KEY", _key) if _key else secrets.generated(DATA_DIR / "secret_key")
)
ALLOWED_HOSTS = ENV.hosts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = ENV.origins("CSRF_TRUSTED_ORIGINS")
PUBLIC_READ = ENV.flag("PUBLIC_READ", False)
"""Anonymous visitors may read pages and JSON; read at each request by the login wall."""

# --- The API ---------------------------------------------------------------------------------------
API_RATE = ENV.rate("API_RATE", "600/min")
"""(requests, seconds) that one token, user or address may spend; None: as many as it likes."""
CORS_ORIGINS = ENV.exact_origins("CORS_ORIGINS")
"""Origins whose pages may read the API from a browser; none by default."""
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Apart: many clients must not push out what is counted once a revision.
    "api-rate": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "api-rate",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# --- HTTPS -----------------------------------------------------------------------------------------
HTTPS = ENV.flag("HTTPS", False)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = ENV.number("HSTS_SECONDS", 3600, 0, 63_072_000) * HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ENV.flag("PROXY_SETS_FORWARDED_PROTO", False) else None
)
PROXY_COUNT = ENV.number("PROXY_COUNT", 0, 0, 9)
"""How many trusted proxies append to X-Forwarded-For; 0 ignores that header."""
SILENCED_SYSTEM_CHECKS = [
    # Preloading a domain and its subdomains into browsers is its owner's decision, and nearly irrevocable.
    "security.W005",
    "security.W021",
]
SECURE_CSP = {
    "default-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# --- The application -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "policies.apps.CurateConfig",  # Django's admin, on the curators' own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "simple_history",
    "axes",
    "policies.apps.PoliciesConfig",
]
MIDDLEWARE = [
    "nanopolicy.csp.middleware",  # first, so that no response leaves without the header
    "policies.api.gate.middleware",  # outside whatever may answer in HTML
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "nanopolicy.front.middleware",  # what is known already needs nothing of what follows
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "policies.admin.drafts.DraftsMiddleware",  # before the wall, which would lose what was typed
    "nanopolicy.wall.LoginWallMiddleware",
    "nanopolicy.replicas.ReplicaMiddleware",  # inside of sessions and the wall
    "axes.middleware.AxesMiddleware",  # last, as its documentation asks
]
ROOT_URLCONF = "nanopolicy.urls"
WSGI_APPLICATION = "nanopolicy.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
LANGUAGE_CODE = "en-us"
USE_I18N = False
# ISO dates everywhere; Django's own English formats would win over DATE_FORMAT.
FORMAT_MODULE_PATH = "nanopolicy.formats"
USE_TZ = True
TIME_ZONE = "UTC"  # fixed: times in answers and exports are the same wherever it runs

# --- Logging in ------------------------------------------------------------------------------------
LOGIN_URL = "login"
CSRF_FAILURE_VIEW = "policies.admin.drafts.csrf_failure"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
# The pair: a stranger's guesses lock out that stranger, not the curator whose name was tried.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "nanopolicy.wall.client_address"
AXES_LOCKOUT_TEMPLATE = "policies/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Curating --------------------------------------------------------------------------------------
REVIEW_INTERVAL_DAYS = ENV.number("REVIEW_INTERVAL_DAYS", 180, 1, 3650)
"""A document that was read again and found unchanged is due for its next reading after so many days."""

# --- Telling others --------------------------------------------------------------------------------
WEBHOOK_ALLOW_PRIVATE = ENV.flag("WEBHOOK_ALLOW_PRIVATE", False)
"""Webhooks may also go over http and into private networks; otherwise a curator could reach inside."""

# --- Static files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "published": storage.published(ENV, DATA_DIR, BASE_DIR),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# --- Logging ---------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "nanopolicy.logs.JsonFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": ENV.choice("LOG_FORMAT", "text", ("text", "json")),
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": ENV.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    },
    # Django's own handler would print each line a second time.
    "loggers": {"django": {"handlers": [], "propagate": True}},
}
