"""The one settings file. Every value that differs between installations comes from the environment.

Without any value the site is closed: no host is allowed, and sessions end with the process. The production
server does not start until every required value is set; see `directorates.checks`. The local mode is for one
developer's machine. `AGENCY_SITE_LOCAL=true`, which `make run` sets, switches it on. So does `manage.py
runserver` if the environment has no SECRET_KEY.
"""

import contextlib
import os
import secrets
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django_prose_editor.config import html_tags
from js_asset import static_lazy
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.Env):
    def get_value(self, var, *args, **kwargs):
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(
                f"{var} in the environment (or in .env) cannot be read: {error}. See .env.example."
            ) from error


env = Environment()
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

SECRET_KEY_IS_SET = bool(env.str("SECRET_KEY", default=""))
#: No server starts with this command, and every server has a key in its environment.
IS_DEVELOPMENT_SERVER = sys.argv[1:2] == ["runserver"]
LOCAL = env.bool("AGENCY_SITE_LOCAL", default=IS_DEVELOPMENT_SERVER and not SECRET_KEY_IS_SET)
DEBUG = LOCAL and env.bool("DEBUG", default=True)
#: Weakens the site: serves over http, to try the production server on one machine. The server then starts only
#: if localhost is the only allowed host.
PLAIN_HTTP_ON_LOCALHOST = env.bool("PLAIN_HTTP_ON_LOCALHOST", default=False)
NEEDS_HTTPS = not LOCAL and not PLAIN_HTTP_ON_LOCALHOST


def _local_key():
    """Return the key of this machine's local site. It is made once, so a reload signs nobody out."""
    file = BASE_DIR / "var" / "secret_key"
    file.parent.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as new:
            new.write(secrets.token_urlsafe(50))
    return file.read_text() or secrets.token_urlsafe(50)


# Without a key, each process makes a random one. Signatures end with the process.
SECRET_KEY = env.str("SECRET_KEY", default="") or (
    _local_key() if LOCAL else secrets.token_urlsafe(50)
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if LOCAL:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "agency_site.serving",
    "directorates.apps.DirectoratesConfig",
    "directorates.apps.AgencyAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "js_asset",
    "django_prose_editor",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "directorates.middleware.every_request_is_utf_8",
    "django.middleware.security.SecurityMiddleware",
    # Early, so redirects, refusals and static files have their headers too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "directorates.middleware.browser_policies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "agency_site.serving.request_log.request_log",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "directorates.middleware.staff_content_policy",
    "agency_site.serving.middleware.database_unavailable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "directorates.views.present_addresses.lead_to_present_addresses",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "directorates.middleware.staff_session_limits",
    "directorates.middleware.staff_passkeys",
    "directorates.middleware.staff_time_zone",
    "directorates.views.refusals.RefusalMiddleware",
]
if LOCAL and IS_DEVELOPMENT_SERVER:
    # Before any middleware that needs a table.
    MIDDLEWARE.insert(
        MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware"),
        "agency_site.serving.local_setup.notice",
    )

ROOT_URLCONF = "agency_site.urls"
WSGI_APPLICATION = "agency_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.csp",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "directorates.context_processors.staff_site",
                "directorates.context_processors.navigation",
            ],
        },
    }
]

#: Requests that a worker handles at the same time.
WORKER_THREADS = env.int("WORKER_THREADS", default=4)

# Database: SQLite beside the code by default, PostgreSQL by DATABASE_URL.

# In lowercase this is no setting, so no debug page shows the password.
database_address = (
    env.str("DATABASE_URL", default="") or f"sqlite:///{BASE_DIR / 'var' / 'agency.sqlite3'}"
)
if "://" not in database_address:
    raise ImproperlyConfigured(
        "DATABASE_URL in the environment (or in .env) names no database. Write it like"
        " postgres://user:password@localhost:5432/agency, or leave it out."
    )
DATABASES = {"default": env.db_url_config(database_address)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock when it begins, so two writers wait for each other
        # instead of failing halfway.
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        # cache_size is the memory of each thread's connection in KB, in addition to the system's cache.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-2000;",
    }
    if not LOCAL:
        # Opening the file and reading the schema for each request takes a fifth of a page's time.
        DATABASES["default"].setdefault("CONN_MAX_AGE", 600)
elif not LOCAL:
    # A request waits 3 seconds for a connection and 15 for an answer, then shows a message. A command has no
    # limit. A migration that does not get its lock soon gives up, because every reader would queue behind it.
    IS_WEB = os.environ.get("AGENCY_SITE_PROCESS") == "web"
    STATEMENT_SECONDS = env.int("STATEMENT_TIMEOUT_SECONDS", default=15)
    LIMITS = (
        {"statement_timeout": STATEMENT_SECONDS}
        if IS_WEB
        else {"lock_timeout": env.int("LOCK_TIMEOUT_SECONDS", default=5)}
    ) | {"idle_in_transaction_session_timeout": 60}
    options = DATABASES["default"].setdefault("OPTIONS", {})
    # A vanished database host is noticed after 11 seconds instead of a quarter of an hour.
    for name, value in {
        "connect_timeout": 3,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
        "tcp_user_timeout": 11_000,
    }.items():
        options.setdefault(name, value)
    options["options"] = " ".join(
        [options.get("options", ""), *(f"-c {name}={s}s" for name, s in LIMITS.items())]
    ).strip()
    options["pool"] = {
        "min_size": 1,
        # One for each thread of the worker, and two for the background threads.
        "max_size": env.int("DATABASE_POOL_SIZE", default=WORKER_THREADS + 2),
        "timeout": 3,
        # After this many seconds the pool starts a new series of attempts. Within a series each wait is twice
        # the last. After ten minutes without a database, the wait would be minutes long.
        "reconnect_timeout": 2,
    }
    # A connection that the server has closed, as after a restart, is replaced before use.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

#: The folder of pg_dump and pg_restore, if not on the PATH. Only backup_site and restore_site use it.
POSTGRESQL_PROGRAMS = env.str("POSTGRESQL_PROGRAMS", default="")

# Static and uploaded files.

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static" / "public", BASE_DIR / "static" / "build"]
# Empty until the styles are built, which then need no restart. On a server the folder may be read-only.
with contextlib.suppress(OSError):
    STATICFILES_DIRS[-1].mkdir(exist_ok=True)
# Locally the files are served from their sources, with or without DEBUG.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL
# Source maps are most of what there is to compress, and only a developer's tools ask for them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Language and time. Instants are kept in UTC; pages show them in the time zone of the site settings.

LANGUAGE_CODE = "en"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# Staff accounts.

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
#: Whether the author of a change set may also approve it. The record then says "self-approved".
AUTHORS_MAY_APPROVE = env.bool("AUTHORS_MAY_APPROVE", default=LOCAL)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
# Django's own backend, which takes the same time for known and unknown names.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
CSRF_FAILURE_VIEW = "directorates.views.errors.csrf_failure"
#: Each session names its account, so one query finds an account's sessions.
SESSION_ENGINE = "directorates.models.staff.staff_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = NEEDS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
#: A sign-in ends after this many minutes without a staff page, and after this many hours in any case.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=60)
STAFF_SIGN_IN_HOURS = 12
SESSION_COOKIE_AGE = STAFF_SIGN_IN_HOURS * 60 * 60
#: Hours in which a new or re-enrolled account may add its first passkey by password.
STAFF_ENROLLMENT_HOURS = env.int("STAFF_ENROLLMENT_HOURS", default=72)
#: Weakens sign-in: a password with a one-time code is then enough in production. Codes can be phished.
STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY = env.bool("STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY", default=False)

ACCOUNT_ADAPTER = "directorates.accounts.sign_in_adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}

MFA_ADAPTER = "directorates.accounts.sign_in_adapters.StaffAuthenticatorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not NEEDS_HTTPS
#: A sign-in takes two requests, so one address has thirty sign-ins a minute, as with passwords.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_FORMS = {
    "add_webauthn": "directorates.accounts.sign_in_forms.AddPasskeyForm",
    "login_webauthn": "directorates.accounts.sign_in_forms.PasskeySignInForm",
    "authenticate": "directorates.accounts.sign_in_forms.CodeForm",
    "reauthenticate": "directorates.accounts.sign_in_forms.CodeAgainForm",
}

# Mail to staff: what happened to their change sets, what is due for a review, invitations.

#: The sender of mails.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="agency@localhost" if LOCAL else "")
# In lowercase this is no setting, so no debug page shows the password.
mail_address = env.str("EMAIL_URL", default="consolemail://" if LOCAL else "")
MAIL_IS_SET_UP = bool(mail_address and DEFAULT_FROM_EMAIL)
#: Scheme and host of the links in mails; by default https and the domain of the site settings.
#: Locally a name, because browsers tie passkeys to names.
STAFF_ORIGIN = env.str("STAFF_ORIGIN", default="http://localhost:8000" if LOCAL else "")


def _mailer(address):
    """Return a mailer's settings from an address such as smtp+tls://user:password@mail.agency.gov:587."""
    found = env.email_url_config(address)
    if not found["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        return {"BACKEND": found["EMAIL_BACKEND"]}
    return {
        "BACKEND": found["EMAIL_BACKEND"],
        "OPTIONS": {
            "host": found["EMAIL_HOST"],
            "port": found["EMAIL_PORT"],
            "username": found["EMAIL_HOST_USER"],
            "password": found["EMAIL_HOST_PASSWORD"],
            "use_tls": found.get("EMAIL_USE_TLS", False),
            "use_ssl": found.get("EMAIL_USE_SSL", False),
            "timeout": 20,
        },
    }


#: In the local mode mails are written to the terminal at once. Elsewhere only the timer's command sends them.
MAIL_IS_SENT_AT_ONCE = LOCAL and mail_address == "consolemail://"
#: Whether mails reach people. If not, the pages show what the mails would say.
MAIL_IS_DELIVERED = MAIL_IS_SET_UP and mail_address not in ("consolemail://", "dummymail://")
MAILERS = {"default": _mailer(mail_address or "dummymail://")}
if not MAIL_IS_SET_UP:
    # A site without a mail server is whole, and drops mails.
    SILENCED_SYSTEM_CHECKS = ["mail.E001"]

# The rich-text editor.

#: Our own extension, by its script and by what the sanitizer lets pass: see `rules/content/text.py` for the attributes.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("admin/reference_node.js")],
        "extensions": {"Reference": html_tags(["span"])},
    },
    # Asks the server to clean what is pasted. It adds no markup of its own.
    {"js": [static_lazy("admin/paste.js")], "extensions": {"Pasting": html_tags([])}},
]

# Security headers. Public pages use no nonce, so their header is a constant; the admin uses one. A page loads
# only what its policy names.

#: Public pages, previews and account pages. Their scripts may not turn text into markup (Trusted Types).
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    # Sign-in pages ask for a passkey's challenge. Lighthouse reads robots.txt under the page's policy.
    "connect-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": [CSP.NONE],
}
#: Pages of the admin. jQuery and the editor make markup from text, so Trusted Types are off.
ADMIN_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "require-trusted-types-for": None,
    "trusted-types": None,
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = NEEDS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if NEEDS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = NEEDS_HTTPS
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
#: The number of our own proxies. A visitor's address is read at this place from the end.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Rate limits are counted here, so all workers share this cache: a table of the database.
CACHES = {
    "default": env.cache_url_config(
        "locmemcache://" if LOCAL else "dbcache://shared_cache?max_entries=100000"
    )
}

#: Memory for finished public pages, for each worker.
PAGE_CACHE_MEGABYTES = env.int("PAGE_CACHE_MEGABYTES", default=0 if LOCAL else 16)
#: All workers of a host watch this file for publications.
GENERATION_STAMP = Path(
    env.str("GENERATION_STAMP", default=str(BASE_DIR / "var" / "generation_stamp"))
)

# Monitoring. /metrics needs the token. The workers of a host share the folder.

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_FOLDER = Path(env.str("METRICS_FOLDER", default=str(BASE_DIR / "var" / "metrics")))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "agency_site.serving.log_lines.JsonLine"},
        "line": {"()": "agency_site.serving.log_lines.WordLine"},
    },
    "filters": {"has_exception": {"()": "agency_site.serving.log_lines.HasException"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env.str("LOG_FORMAT", default="line" if LOCAL else "json"),
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["has_exception"]},
        # Bad requests are no fault of the site, and a host name can be a megabyte long. The log line of the
        # request, with its status, is enough.
        "django.security": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "WARNING"},
        # The development server prints each request itself.
        "directorates.request": {"level": "ERROR"} if LOCAL else {},
    },
}
