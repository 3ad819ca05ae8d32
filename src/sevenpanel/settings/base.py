"""What every way of running the desk shares."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from sevenpanel.settings.environment import environment, secret_key

ENVIRONMENT = environment()

SECRET_KEY = secret_key(ENVIRONMENT)
DEBUG = False
CURRENCY = ENVIRONMENT.currency
TERMS_FOLDER = ENVIRONMENT.terms_folder

TELEGRAM_TOKEN = ENVIRONMENT.telegram_token.get_secret_value() if ENVIRONMENT.telegram_token else ""
TELEGRAM_CHANNEL = ENVIRONMENT.telegram_channel or ""
TELEGRAM_SECRET = ENVIRONMENT.telegram_secret.get_secret_value() if ENVIRONMENT.telegram_secret else ""
TELEGRAM_API = ENVIRONMENT.telegram_api
CLAMD = ENVIRONMENT.clamd or ""

# The chain to rehearse deposits with; empty where none runs. On a desk with a public address play money would be money.
_REHEARSES = ENVIRONMENT.simchain_port is not None and ENVIRONMENT.public_url is None
SIMCHAIN_URL = f"http://127.0.0.1:{ENVIRONMENT.simchain_port}" if _REHEARSES else ""

METER_TELEGRAM_TOKEN = ENVIRONMENT.meter_telegram_token.get_secret_value() if ENVIRONMENT.meter_telegram_token else ""
METER_YOUTUBE_KEY = ENVIRONMENT.meter_youtube_key.get_secret_value() if ENVIRONMENT.meter_youtube_key else ""
METER_YOUTUBE_API = ENVIRONMENT.meter_youtube_api
METER_YOUTUBE_CALLS = ENVIRONMENT.meter_youtube_calls

LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"]


def _hosts(url: str | None, bind: str) -> list[str]:
    """The names under which the desk answers: its public one; on other machines' request without one, any."""
    host = urlsplit(url).hostname if url else None
    if host:
        return [host, *LOOPBACK_NAMES]
    return LOOPBACK_NAMES if bind in LOOPBACK_NAMES else ["*"]


ALLOWED_HOSTS = _hosts(ENVIRONMENT.public_url, ENVIRONMENT.bind)
PUBLIC_URL = ENVIRONMENT.url
IS_SECURE = ENVIRONMENT.url.startswith("https://")
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url] if ENVIRONMENT.public_url else []

# A table of orders with more rows is made in the background (U-16).
LARGE_TABLE_ROWS = 50_000

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "heroicons",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "sevenpanel.kernel",
    "sevenpanel.ledger",
    "sevenpanel.accounts",
    "sevenpanel.catalog",
    "sevenpanel.shortlinks",
    "sevenpanel.exports",
    "sevenpanel.notices",
    "sevenpanel.orders",
    "sevenpanel.rehearsal",
    "sevenpanel.fulfilment",
    "sevenpanel.support",
    "sevenpanel.insight",
    "sevenpanel.deposits",
    "sevenpanel.webhooks",
    "sevenpanel.letters",
    "sevenpanel.erasure",
    "sevenpanel.api",
    "sevenpanel.web",
    "sevenpanel.desk",
    "sevenpanel.jobs",
]


# How soon a machine that is off or cut off is given up, where another one may answer: without these the system waits
# for minutes. In seconds, and for `tcp_user_timeout` in milliseconds.
_SEVERAL = {
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def _database(dsn: str) -> dict[str, object]:
    parts = conninfo_to_dict(dsn)
    if "," in str(parts.get("host", "")):
        parts = {**_SEVERAL, **parts}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        # A connection that died with its server is found before a request gets it.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**parts, "pool": _POOL},
    }


# The pool belongs to a process; a command takes one connection and never a second (design: traps, 4). It soon gives up
# to connect, and whoever asks begins anew: left to itself it waits twice as long after each failure, and so goes on
# waiting long after the database is back.
_POOL = {"min_size": 1, "max_size": 16, "timeout": 3, "reconnect_timeout": 3}

ROOT_URLCONF = "sevenpanel.web.urls"
WSGI_APPLICATION = "sevenpanel.web.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sevenpanel.web.static_files.StaticFiles",
    "sevenpanel.web.compression.Compression",
    "csp.middleware.CSPMiddleware",
    "sevenpanel.api.v3.front.Front",
    "sevenpanel.web.middleware.RequestContextMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sevenpanel.web.session_trace.SessionTrace",
    "sevenpanel.web.reader.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sevenpanel.web.gate.AcceptanceGate",
    "sevenpanel.web.suspended.SuspendedGate",
    "sevenpanel.web.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["sevenpanel.web.templatetags.moments"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sevenpanel.web.context.shell",
            ],
        },
    },
]

# No script, style, font or picture from anywhere but here (design: ux, B3: 0 other hosts).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "sevenpanel.web.sign_up.DeskAccountAdapter"
ACCOUNT_FORMS = {"signup": "sevenpanel.web.sign_up_page.SignUpForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Only where mail arrives can an address be confirmed; and only then can signing up hide which ones are taken.
HAS_MAIL = ENVIRONMENT.mail is not None
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if HAS_MAIL else "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# A change of address, second factor or key asks who it is again, ten minutes after the last time (S-27).
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Whoever changed something of an account is not always its owner, who is told by mail. A desk without mail cannot.
ACCOUNT_EMAIL_NOTIFICATIONS = HAS_MAIL
# How many tries in which time, by address, by account, by both (S-20, S-24; web/slowing.py).
ACCOUNT_RATE_LIMITS = {
    "second_factor": "5/5m/key",
    "login_failed": "10/m/ip,100/1h/ip,5/5m/key",
    "strangers": "10/1h/key",
    "strangers_slowly": "1/30s/key",
}
# The link of a mail opens once, and not for long (S-23).
PASSWORD_RESET_TIMEOUT = 1800

# Recovery codes are the desk's own, kept as hashes; allauth would keep them so that they can be read again.
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_ADAPTER = "sevenpanel.web.second_factor_adapter.DeskMFAAdapter"
MFA_FORMS = {
    "authenticate": "sevenpanel.web.second_factor_forms.SignInCodeForm",
    "reauthenticate": "sevenpanel.web.second_factor_forms.ConfirmCodeForm",
    "activate_totp": "sevenpanel.web.second_factor_forms.ActivateAppForm",
    "add_webauthn": "sevenpanel.web.second_factor_forms.AddPasskeyForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Where mail arrives nobody is signed in before their address is confirmed; elsewhere none can be.
MFA_ALLOW_UNVERIFIED_EMAIL = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "web:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies

EMAIL_BACKEND = "sevenpanel.kernel.mail_folder.EmailBackend"
EMAIL_FILE_PATH = str(ENVIRONMENT.home / "mail")
# Who says the sentences of letters in the language of their readers: the same as on pages (ADR 28).
TELLER = "sevenpanel.web.letter_words.told_to"
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from or "7Panel <desk@localhost>"
EMAIL_TIMEOUT = 10
if ENVIRONMENT.mail is not None:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = ENVIRONMENT.mail.host, ENVIRONMENT.mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = ENVIRONMENT.mail.user, ENVIRONMENT.mail.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = ENVIRONMENT.mail.starts_tls, ENVIRONMENT.mail.is_tls

# In the database, so that all processes count attempts together, on one machine or on several.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

SESSION_ENGINE = "sevenpanel.web.session_store"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_NAME = "__Host-session" if IS_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if IS_SECURE else "csrf"
SECURE_HSTS_SECONDS = 31_536_000 if IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_SECURE
# W008: plain HTTP ends at the proxy, which redirects it (docs/configure.md); a redirect of ours would loop where the
# proxy does not say how it was asked. W021: whether a domain goes on the lists of browsers is its owner's decision.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_SECURE else None

STATIC_URL = "/static/"
STATIC_ROOT = ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "sevenpanel.web.static_files.DigestStorage"},
}
# The second joins several files into those that pages ask for.
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "sevenpanel.web.static_files.Wholes",
]
# Static files are served where they lie, in our own package and in the libraries': no collecting, no build step.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
COMPRESSED_FOLDER = str(ENVIRONMENT.home / "static")

# A mass order of 10,000 long lines, pasted; anything bigger is refused with a sentence.
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

DATABASES = {"default": _database(ENVIRONMENT.dsn)}
# Whether this database may be emptied: only where it was made for a test or a simulation.
IS_THROWAWAY = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
# Those of `accounts.domain.Language`; the names that people choose by stand in `web.reader`.
LANGUAGES = [(code, code) for code in ("en", "fa", "ar", "tr", "hi", "pt-br", "ru", "es")]
LANGUAGE_COOKIE_NAME = "language"
# Where `web.catalogues` lays them out.
LOCALE_PATHS = [str(ENVIRONMENT.home / "locale")]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "keys": {"()": "sevenpanel.kernel.masking.MaskKeys"},
        "one line": {"()": "sevenpanel.kernel.log_lines.OneLine"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["keys", "one line"]}},
    "root": {"handlers": ["console"], "level": ENVIRONMENT.log_level},
    # One line per Django command about tasks being found is noise on every screen; and that a stranger's form is
    # broken is that stranger's news, who is told so.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("procrastinate", "httpx", "uvicorn")},
        "python_multipart": {"level": "ERROR"},
    },
}
