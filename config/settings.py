"""Django settings: one file for a laptop and a server; the environment says which (docs/operations.md)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.error_reports import report_failures
from config.logs.formats import join_structlog, logging_config
from config.places import CHECKOUT, broker_socket, var_directory
from config.production import refuse_unsafe
from config.secret_key import local_secret_key
from pipeline.inquiries.named_endpoints import read_endpoints
from stats.provenance import PRODUCT, provenance
from study.languages.offered import offered

env = environ.Env()

# --- mode -------------------------------------------------------------------------------------------------
SWEETSPOT_MODE = env.str("SWEETSPOT_MODE", default="local")
if SWEETSPOT_MODE not in {"local", "production"}:
    raise ImproperlyConfigured(f"SWEETSPOT_MODE is {SWEETSPOT_MODE!r}; use 'local' or 'production'.")
PRODUCTION = SWEETSPOT_MODE == "production"

BASE_DIR = CHECKOUT
SWEETSPOT_VAR = var_directory()
SWEETSPOT_DETECTOR_WEIGHTS = env.str("SWEETSPOT_DETECTOR_WEIGHTS", default="pretrained")
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and not PRODUCTION:
    SECRET_KEY = local_secret_key(SWEETSPOT_VAR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- the site ---------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "study",
    "pipeline",
]
MIDDLEWARE = [
    "config.health.middleware.HealthMiddleware",  # first: a probe from inside knows no TLS and no host name
    "config.logs.request_lines.AccessLogMiddleware",
    "config.metrics.request_times.RequestTimesMiddleware",
    "config.requests.response_headers.ResponseHeadersMiddleware",  # before static files, which go no further
    "django.middleware.security.SecurityMiddleware",
    "config.requests.short_way.ShortWayMiddleware",  # answers and photos go no further
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.site_language.SiteLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.idle_time.IdleTimeMiddleware",
    "config.both_factors.BothFactorsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a locked-out login into its answer
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
            ],
        },
    },
]

# --- language and time ------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [(language.code, language.name) for language in offered()]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- data -------------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{SWEETSPOT_VAR / 'db.sqlite3'}")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # A transaction takes the write lock at its start: two writers queue up and never fail half-way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an answer that was acknowledged is on the disk.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "config.postgresql"

# --- files ------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # scripts and styles are for our own pages
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(SWEETSPOT_VAR / "static")))
MEDIA_ROOT = SWEETSPOT_VAR / "media"  # no MEDIA_URL: views serve the bytes, after asking who wants them
FILE_UPLOAD_PERMISSIONS = 0o640
STORAGES = {
    "default": {
        "BACKEND": env.str("MEDIA_BACKEND", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("MEDIA_OPTIONS", default={}),
    },
    "staticfiles": {"BACKEND": "config.static.HashedStaticFilesStorage"},
}
if DEBUG:  # `runserver` serves straight from the apps, nothing is collected
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# --- who may do what --------------------------------------------------------------------------------------
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "pipeline:studies"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link for a lost password works
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Guessing is stopped by account and address together: nobody can lock a researcher out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "study.anonymous_address.hashed_address"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)  # then a researcher logs in again
LOGIN_HOURS = env.int("LOGIN_HOURS", default=12)  # and after so long whatever they do
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)  # else each account chooses
OTP_TOTP_ISSUER = "Sweetspot"  # by this name an authenticator app lists its codes
# Places of a study that one address may take within a minute, for each process; a class may sit behind one.
ARRIVALS_PER_MINUTE = env.int("ARRIVALS_PER_MINUTE", default=20 if PRODUCTION else 0)

# --- browser ----------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
# A script that calls by HTTP shall hear of it: redirected, it would send its token in the open for ever.
SECURE_REDIRECT_EXEMPT = [r"^api/"]
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"  # browsers take such a cookie from this host and by HTTPS only
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- queue ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL", default=f"redis+socket://{broker_socket(SWEETSPOT_VAR)}")
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A child of a worker that has held more than this is replaced after its job: a large training's memory is
# returned. It takes up to 5 s until the next child is there, and that has to import torch again.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 1000 * env.int("WORKER_CHILD_MEGABYTES", default=2000)  # in kB
# Of a training, where several run side by side; 0: as many as torch takes, which is every core.
JOB_THREADS = env.int("JOB_THREADS", default=0)
# The row is the truth and the reaper rings again: a publisher that meets a dead broker gives up at once.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 0.5
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker outlives its broker and comes back with it
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(timedelta(days=7).total_seconds()),  # longer than any run: no double delivery
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.6,
    "max_retries": 0,
    "interval_start": 0,
    "socket_keepalive": True,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "cpu"
CELERY_TASK_ROUTES = {"pipeline.tasks.gpu_*": {"queue": "gpu"}}
REAP_SECONDS = 10.0
CELERY_BEAT_SCHEDULE = {
    "reap-stale-rows": {
        "task": "pipeline.tasks.reap",
        "schedule": REAP_SECONDS,
        "options": {"expires": REAP_SECONDS},  # a busy worker finds one reminder, not a night of them
    },
    "forget-addresses": {
        "task": "config.celery.forget_addresses",
        "schedule": timedelta(minutes=15).total_seconds(),
        "options": {"expires": timedelta(minutes=15).total_seconds()},
    },
}
CELERY_BEAT_SCHEDULER = (
    "celery.beat:Scheduler"  # in memory: a file to remember seconds by can only be missing
)

# --- notices ----------------------------------------------------------------------------------------------
SITE_URL = env.str("SITE_URL", default="")  # in links of notices
SENDS_MAIL = bool(env.str("EMAIL_URL", default=""))
globals().update(env.email_url("EMAIL_URL", default="dummymail://"))
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="sweetspot@localhost")
# A server must not call whatever address a user gives: only these origins, as in https://hooks.slack.com.
WEBHOOK_ORIGINS = env.list("WEBHOOK_ORIGINS", default=[])
WEBHOOK_PRIVATE_ORIGINS = env.list("WEBHOOK_PRIVATE_ORIGINS", default=[])  # may lead inside the network

# --- machines behind endpoints ----------------------------------------------------------------------------
ENDPOINTS = read_endpoints(env.json("ENDPOINTS", default={}))  # those that researchers may ask

# --- what runs the site is watched --------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")  # without one there is no /metrics
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="")  # its newest file is the newest backup
ALARM_MAIL_TO = env.list("ALARM_MAIL_TO", default=[])
ALARM_WEBHOOK = env.str("ALARM_WEBHOOK", default="")

# --- logs -------------------------------------------------------------------------------------------------
ACCESS_LOG = env.bool("ACCESS_LOG", default=PRODUCTION)
LOGGING = logging_config(as_json=PRODUCTION, level=env.str("LOG_LEVEL", default="INFO"))
join_structlog()
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):  # without one nothing is reported
    report_failures(SENTRY_DSN, release=provenance([PRODUCT]).product)

if PRODUCTION:
    refuse_unsafe(
        debug=DEBUG, secret_key=SECRET_KEY, allowed_hosts=ALLOWED_HOSTS, broker_url=CELERY_BROKER_URL
    )
