"""Every setting, read once from the environment. Each MOORING_ variable has a row in docs/settings.md."""

from importlib.metadata import distribution
from pathlib import Path

from csp.constants import NONE, SELF

from mooring.web import environment as env
from mooring.web.secret import secret_key, secret_keys_before

PACKAGE = Path(__file__).resolve().parent.parent
HOME = env.folder("MOORING_HOME", Path.cwd() / "var") or Path.cwd() / "var"
CONTENT_ROOT = env.folder("MOORING_CONTENT", must_exist=True)

DEBUG = False
SECRET_KEY = secret_key(env.text("MOORING_SECRET_KEY"), HOME)
SECRET_KEY_FALLBACKS = [*env.words("MOORING_SECRET_KEY_BEFORE"), *secret_keys_before(HOME)]
ALLOWED_HOSTS = env.words("MOORING_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.flag("MOORING_HTTPS", default=False)
TRUSTED_PROXIES = env.networks("MOORING_TRUSTED_PROXIES")
PUBLIC_ADDRESS = env.address("MOORING_PUBLIC_ADDRESS", ["http", "https"]) or "http://localhost:8000"
SMS_WEBHOOK = env.address("MOORING_SMS_WEBHOOK", ["http", "https"])
SMS_WEBHOOK_SECRET = env.text("MOORING_SMS_WEBHOOK_SECRET")
AUDIT_KEY = env.key("MOORING_AUDIT_KEY")
BACKUP_RECIPIENT = env.recipient("MOORING_BACKUP_RECIPIENT")
BACKUP_SHIP = env.command("MOORING_BACKUP_SHIP", needs="MOORING_BACKUP_RECIPIENT")
BACKUP_TO = env.folder("MOORING_BACKUP_TO")
BACKUPS_KEPT = env.number("MOORING_BACKUPS_KEPT", 14, at_least=1)
NOTES_KEY = env.text("MOORING_NOTES_KEY")
NOTES_KEYS_BEFORE = env.words("MOORING_NOTES_KEY_BEFORE")
PRIVACY_CLASSES = PACKAGE / "web" / "privacy.yaml"
AUDIT_HEAD_TO = env.places("MOORING_AUDIT_HEAD_TO")
AUDIT_TIME_STAMP = env.address("MOORING_AUDIT_TIME_STAMP", ["http", "https"])
AUDIT_TIME_STAMP_ROOTS = env.file("MOORING_AUDIT_TIME_STAMP_ROOTS")
if AUDIT_TIME_STAMP and AUDIT_TIME_STAMP_ROOTS is None:
    raise env.SettingError(
        "MOORING_AUDIT_TIME_STAMP_ROOTS",
        "",
        "the authority’s certificates, because MOORING_AUDIT_TIME_STAMP is set",
    )
STREAM = env.text("MOORING_STREAM")
UPLOAD_SCAN = env.text("MOORING_UPLOAD_SCAN")
STRIPE_KEY = env.text("MOORING_STRIPE_KEY")
STRIPE_WEBHOOK_SECRET = env.text("MOORING_STRIPE_WEBHOOK_SECRET")
STRIPE_ADDRESS = env.address("MOORING_STRIPE_ADDRESS", ["http", "https"]) or "https://api.stripe.com"
STRIPE_PAGES = env.address("MOORING_STRIPE_PAGES", ["http", "https"]) or "https://checkout.stripe.com"
SELF_REGISTRATION = env.flag("MOORING_SELF_REGISTRATION", default=False)
OIDC_ISSUER = env.address("MOORING_OIDC_ISSUER", ["http", "https"])
OIDC_NAME = env.text("MOORING_OIDC_NAME", "OpenID Connect")
OIDC_CLIENT = env.text("MOORING_OIDC_CLIENT")
OIDC_SECRET = env.text("MOORING_OIDC_SECRET")
if OIDC_ISSUER and not (OIDC_CLIENT and OIDC_SECRET):
    raise env.SettingError(
        "MOORING_OIDC_CLIENT", "", "the client and its secret, because MOORING_OIDC_ISSUER is set"
    )
if SMS_WEBHOOK and not SMS_WEBHOOK_SECRET:
    raise env.SettingError("MOORING_SMS_WEBHOOK_SECRET", "", "a secret, because MOORING_SMS_WEBHOOK is set")

INSTALLED_APPS = [
    "mooring.audit",
    "mooring.identity",
    "mooring.work",
    "mooring.care.patients",
    "mooring.care.disclosures",
    "mooring.care.observations",
    "mooring.care.measures",
    "mooring.care.referrals",
    "mooring.care.screening",
    "mooring.care.consents",
    "mooring.care.treatments",
    "mooring.care.stock",
    "mooring.care.safety",
    "mooring.care.sessions",
    "mooring.care.integration",
    "mooring.care.outcomes",
    "mooring.care.papers",
    "mooring.care.rems",
    "mooring.care.floor",
    "mooring.academy.courses",
    "mooring.academy.learning",
    "mooring.academy.checks",
    "mooring.academy.events",
    "mooring.academy.discussion",
    "mooring.academy.credits",
    "mooring.academy.registers",
    "mooring.academy.cohorts",
    "mooring.academy.orders",
    "mooring.academy.reports",
    "mooring.lab",
    "mooring.knowledge",
    "mooring.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "csp",
]

# The rooms that know something of a patient, in the order of their path; a rule hears of one through these alone.
PATIENT_FACTS = [
    "mooring.care.patients.facts.facts_here",
    "mooring.care.observations.facts.facts_here",
    "mooring.care.measures.facts.facts_here",
    "mooring.care.screening.facts.facts_here",
    "mooring.care.consents.facts.facts_here",
    "mooring.care.treatments.facts.facts_here",
    "mooring.care.safety.facts.facts_here",
    "mooring.care.sessions.facts.facts_here",
    "mooring.care.integration.facts.facts_here",
    "mooring.care.outcomes.facts.facts_here",
]

# What may keep a record from being merged into another one, and what is asked before every act.
MERGE_HOLDS = ["mooring.care.treatments.queries.holds_record"]
# Whose record a task speaks of, for the pages that write about it without opening the record.
TASK_SUBJECTS = ["mooring.care.patients.queries.subject_of", "mooring.care.referrals.queries.subject_of"]
ACT_GUARDS = ["mooring.care.patients.merging.refuse_act_on_merged"]

MIDDLEWARE = [
    "mooring.web.doors.ProxyMiddleware",
    "mooring.web.doors.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "mooring.web.stream_address.StreamMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "mooring.web.cleaning.CleanTypingMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mooring.web.middleware.SignedInMiddleware",
    "mooring.web.idle.IdleMiddleware",
    "mooring.web.doors.SecondStepMiddleware",
    "mooring.web.middleware.SiteTimeMiddleware",
    "mooring.web.middleware.LookingMiddleware",
    "mooring.web.gates.GatesMiddleware",
]

PREVIEW = env.text("MOORING_PREVIEW")  # set by `mooring academy preview` alone: the folder of a course
if PREVIEW:
    MIDDLEWARE.insert(
        MIDDLEWARE.index("mooring.web.middleware.SignedInMiddleware"),
        "mooring.web.academy_preview.PreviewMiddleware",
    )

ROOT_URLCONF = "mooring.web.urls"
WSGI_APPLICATION = "mooring.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mooring.web.shell.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "mooring.web.templatetags.mooring_words",
            ],
        },
    }
]
FORM_RENDERER = "mooring.web.form_renderer.OurForms"

DATABASES = {"default": env.database("MOORING_DATABASE_URL", HOME / "mooring.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-work"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "mooring.web.sign_in.InvitedOnly"
ACCOUNT_FORMS = {"login": "mooring.web.sign_in_forms.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": None,
    "reauthenticate": "10/m/user",
}  # tries.py counts
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
SOCIALACCOUNT_ADAPTER = "mooring.web.learners_door.LearnersOnly"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "learners",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT,
                "secret": OIDC_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {"authenticate": "mooring.web.sign_in_forms.SecondStepForm"}
MFA_ADAPTER = "mooring.web.second_steps.OwnSecondSteps"
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_TOTP_ISSUER = "Mooring"
MFA_TOTP_TOLERANCE = 1  # a phone may be half a minute off

SESSION_ENGINE = "mooring.web.sessions"
SESSION_COOKIE_AGE = env.number("MOORING_SIGN_IN_MINUTES", 480, at_least=5) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Browsers hold a redirect after a form to this list, too.
        "form-action": [SELF, *filter(None, (OIDC_ISSUER, STRIPE_KEY and STRIPE_PAGES))],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # names stay out of cookies
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]  # a language is listed when its catalog is complete: docs/translating.md
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS: list[Path | tuple[str, Path]] = [PACKAGE / "web" / "static"]
if not (PACKAGE / "web" / "static" / "uplot").is_dir():  # a wheel carries them there (hatch_build.py)
    STATICFILES_DIRS.append(("uplot", Path(str(distribution("uplot-python").locate_file("uplot/static")))))
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

EMAIL_HOST = env.text("MOORING_SMTP_HOST")
EMAIL_PORT = env.number("MOORING_SMTP_PORT", 587, at_least=1)
EMAIL_HOST_USER = env.text("MOORING_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("MOORING_SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("MOORING_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("MOORING_MAIL_FROM", "mooring@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"without_tokens": {"()": "mooring.web.logs.WithoutTokens"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]}
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
