"""Settings of the project: one file, driven by the environment (`environment.py`)."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

import pgtrigger
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from temis.config.databases import databases
from temis.config.environment import Environment
from temis.core import postgres

ENV = Environment()
BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = ENV.data_dir.resolve()


def _stored_secret() -> str:
    """A key of the installation's own, made at first use, for those who try TEMIS without settings."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        postgres.make_data_dir(DATA_DIR)
        own = path.with_suffix(f".{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(secrets.token_urlsafe(64))
        with suppress(FileExistsError):  # of two commands at once, the first one's key counts
            os.link(own, path)
        own.unlink()
    return path.read_text()


SECRET_KEY = ENV.secret_key or _stored_secret()
DEBUG = ENV.debug
DEMO = ENV.demo
ALLOWED_HOSTS = [host.strip() for host in ENV.hosts.split(",")]
CSRF_TRUSTED_ORIGINS = [ENV.base_url]
BASE_URL = ENV.base_url.rstrip("/")
ROOT_URLCONF = "temis.config.urls"
WSGI_APPLICATION = "temis.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = databases(postgres.database_url(), replica_url=ENV.replica_url, test_db=ENV.test_db)
POOLER_URL = ENV.pooler_url
REPLICA_LAG_SECONDS = ENV.replica_lag_seconds

INSTALLED_APPS = [
    "temis.core",
    "temis.admission",
    "temis.standards",
    "temis.organizations",
    "temis.accounts",
    "temis.people",
    "temis.messaging",
    "temis.evidence",
    "temis.appraisals",
    "temis.opinions",
    "temis.following",
    "temis.restructuring",
    "temis.reporting",
    "temis.exchange",
    "temis.portal",
    "temis.demo",
    "temis.simulation",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "temis.core.middleware.PolicyMiddleware",
    "temis.admission.middleware.AdmissionMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "temis.people.middleware.UserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "temis.people.middleware.ScopeMiddleware",
    "temis.people.middleware.SecondFactorMiddleware",
    "temis.core.middleware.ErrorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "temis.core.templatetags.pure",  # after it: takes its tag over
                "temis.core.templatetags.kept",
                "temis.core.templatetags.temis",
                "temis.core.templatetags.components",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "temis.core.context.page",
                "temis.portal.context.frame",
            ],
        },
    }
]

# Form fields are rendered by our own templates (core/templates/django/forms/).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# People and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# The first is for new passwords; what was kept by another is kept by the first from the next login on.
PASSWORD_HASHERS = ["temis.accounts.hashers.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "temis.accounts.validators.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "temis.accounts.validators.NotLikeOneself"},
    {"NAME": "temis.accounts.validators.NotCommon"},
    {"NAME": "temis.accounts.validators.NotOnlyDigits"},
]
PASSWORD_RESET_TIMEOUT = 3 * 3600
FIRST_CODE_DAYS = ENV.first_code_days
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "temis.accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False  # computers in schools are shared: the session ends with the browser
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# Many teachers share the address of their school; an account belongs to one. "key" is the name typed.
_ATTEMPTS = "30/10m/ip,5/5m/key"
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": _ATTEMPTS,
    "first_login": _ATTEMPTS,
    "reset_password": "20/10m/ip,3/10m/key",
    "reset_password_from_key": "20/10m/ip",
}
ACCOUNT_FORMS = {
    "login": "temis.accounts.forms.LoginForm",
    "change_password": "temis.accounts.forms.ChangePasswordForm",
    "reset_password": "temis.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "temis.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "temis.accounts.forms.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "TEMIS"
MFA_TOTP_TOLERANCE = 1  # half a minute early or late: slow typing, a clock that is off
MFA_ADAPTER = "temis.accounts.adapter.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "temis.accounts.forms.AuthenticateForm",
    "reauthenticate": "temis.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "temis.accounts.forms.ActivateForm",
}
SESSION_ENGINE = "temis.people.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
# Believed only where a proxy of ours writes it.
TRUSTED_ADDRESS_HEADER = "HTTP_X_REAL_IP" if ENV.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # PDF evidence is previewed in a frame of our own page
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}

# Who is served when many come at once: docs/adr/0015-admission.md
REQUESTS_AT_ONCE, REQUESTS_WAITING = ENV.requests_at_once, ENV.requests_waiting
ARRIVALS_PER_SECOND, ANSWER_TARGET_MS = ENV.arrivals_per_second, ENV.answer_target_ms

# Throttling of logins counts in the database, so that all web processes share one count.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"},
}

# Background jobs: the modules that declare them
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Language, time, formats
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Tiếng Việt")), ("en", _("Tiếng Anh"))]
LOCALE_PATHS = [BASE_DIR / "temis" / "config" / "locale"]
FORMAT_MODULE_PATH = ["temis.config.formats"]
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "static"
STORAGE_DIR = (ENV.storage_dir or DATA_DIR / "storage").resolve()
_S3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": ENV.s3_bucket,
        "endpoint_url": ENV.s3_endpoint or None,
        "access_key": ENV.s3_access_key or None,
        "secret_key": ENV.s3_secret_key or None,
        "region_name": ENV.s3_region,
        "default_acl": None,
        "signature_version": "s3v4",
        # A store of one's own seldom has a name for each bucket.
        "addressing_style": "path" if ENV.s3_endpoint else "auto",
        "querystring_auth": True,
        "file_overwrite": True,
    },
}
STORAGES = {
    "default": _S3
    if ENV.s3_bucket
    else {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STORAGE_DIR}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CLAMAV = ENV.clamav
EVIDENCE_FILE_BYTES = ENV.evidence_file_mb * 1024 * 1024
EVIDENCE_KEEP_DAYS = ENV.evidence_keep_days
EVIDENCE_PERSON_BYTES = ENV.evidence_person_mb * 1024 * 1024
PRESIGN_DOWNLOADS = ENV.s3_presign

# Mail and SMS
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if ENV.smtp_host
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST, EMAIL_PORT = ENV.smtp_host, ENV.smtp_port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENV.smtp_user, ENV.smtp_password
EMAIL_USE_TLS = ENV.smtp_tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
SMS_GATEWAY = ENV.sms_gateway

# Signing of reports
SIGNING_KEY, SIGNING_PASSWORD, TIMESTAMP_URL = ENV.signing_key, ENV.signing_password, ENV.timestamp_url
FONT_DIR = ENV.font_dir

# History of rows: one trigger per statement, events that nobody can change (see docs/adr/0003-audit.md).
PGHISTORY_LEVEL = pgtrigger.Statement
PGHISTORY_APPEND_ONLY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # That a certificate leads to no known root is told on the page; it is no error of the program.
    "loggers": {"pyhanko.sign.validation": {"level": "CRITICAL"}},
}
