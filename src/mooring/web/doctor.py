"""`mooring doctor`: everything an operator would look at, one line each, with the remedy where something is wrong.

It changes nothing. With `--mail ADDRESS` or `--sms NUMBER` it sends one message, to see it arrive.
"""

import shutil
import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, connection
from django.utils import timezone

from mooring.audit import guards
from mooring.audit.models import Event
from mooring.rules.verdict import Refused
from mooring.web.private_files import private_files
from mooring.web.shell_pages import LEAST_FREE_BYTES
from mooring.work.backups import last_backup
from mooring.work.delivery import NotDelivered, send_text
from mooring.work.documents.paper import FONT_PACKAGES, scripts_without_font
from mooring.work.heads import SHIPPED
from mooring.work.installation import require_same_secret_key
from mooring.work.keys import unreadable
from mooring.work.mistakes import Mistake
from mooring.work.models import Fault, Installation, TimeStamp
from mooring.work.queries import clock_state
from mooring.work.restoring import Examined
from mooring.work.schema import damaged_pages, migrations_missing, migrations_unknown
from mooring.work.shipping import SHIPPED as BACKUP_SHIPPED

MOST_SKEW = timedelta(seconds=5)
OLDEST_BACKUP = timedelta(hours=36)


def run(*, mail_to: str, sms_to: str) -> int:
    """Print every finding; 1 when something is wrong."""
    wrong = 0
    for finding in findings(mail_to=mail_to, sms_to=sms_to):
        wrong += bool(finding.wrong)
        print(
            f"{'WRONG ' if finding.wrong else 'good  '}{finding.what}{': ' if finding.wrong else ''}{finding.wrong}"
        )
    print(f"{wrong} to put right." if wrong else "Nothing to put right.")
    return 1 if wrong else 0


def findings(*, mail_to: str = "", sms_to: str = "") -> Iterator[Examined]:
    """Every check; those of the tables only where the schema is the program's."""
    yield from private_files()
    yield Examined("room on the disk", _disk())
    yield Examined("pages by https", _https())
    yield Examined("streams to open pages", _streams())
    yield Examined("sender of e-mail", _mail(mail_to))
    yield Examined("sender of text messages", _sms(sms_to))
    yield Examined("fonts for names on papers", _fonts())
    schema = _schema()
    yield Examined("schema", schema)
    yield Examined("pages of the database file", damaged_pages())
    if schema:
        return
    for name, check in TABLES:
        yield Examined(name, check())


def _disk() -> str:
    place = settings.HOME if settings.HOME.is_dir() else settings.HOME.parent
    free = shutil.disk_usage(place).free
    return "" if free > LEAST_FREE_BYTES else f"{free // 1_000_000} MB are left in {place}"


def _https() -> str:
    if settings.PUBLIC_ADDRESS.startswith("https://"):
        return "" if settings.HTTPS else "MOORING_PUBLIC_ADDRESS says https, MOORING_HTTPS does not"
    return "links in messages begin with http (MOORING_PUBLIC_ADDRESS)"


def _streams() -> str:
    if settings.TRUSTED_PROXIES and not settings.STREAM:
        return "behind a proxy MOORING_STREAM is not set, so open pages ask every ten seconds what is new"
    return ""


def _sms(to: str) -> str:
    if not settings.SMS_WEBHOOK:
        return "MOORING_SMS_WEBHOOK is not set"
    try:
        if to:
            send_text(to=to, text="Mooring: a test message. Nothing has to be done.", key=uuid4())
    except NotDelivered as error:
        return str(error)
    return ""


def _mail(to: str) -> str:
    if not settings.EMAIL_HOST:
        return "MOORING_SMTP_HOST is not set"
    try:
        sender = get_connection()
        sender.open()
        if to:
            EmailMessage(
                subject="Mooring: a test message",
                body="This message was sent by `mooring doctor`. Nothing has to be done.",
                to=[to],
                connection=sender,
            ).send()
        sender.close()
    except (OSError, smtplib.SMTPException) as error:
        return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}: {error}"
    return ""


def _fonts() -> str:
    lacking = scripts_without_font()
    packages = " ".join(FONT_PACKAGES)
    return f"none for {', '.join(lacking)} (on Debian: apt install {packages})" if lacking else ""


def _schema() -> str:
    try:
        missing, unknown = migrations_missing(), migrations_unknown()
    except Mistake as mistake:
        return str(mistake)
    if unknown:
        return f"a newer version changed it, first {unknown[0]} (docs/operations/upgrade.md)"
    return f"{len(missing)} changes are missing, first {missing[0]} (mooring migrate)" if missing else ""


def _guards() -> str:
    lost = guards.missing("default")
    return f"{lost[0][0]} has lost its guard against {lost[0][1]} (mooring migrate)" if lost else ""


def _sealed() -> str:
    """Values that no known key opens: the secret key was lost or replaced by hand."""
    lost = unreadable()
    return ", ".join(f"{count} of {label} cannot be opened" for label, count in lost.items())


def _skew() -> str:
    """The database's clock against this machine's; SQLite has this machine's own."""
    if connection.vendor == "sqlite":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
    apart = abs(there - timezone.now())
    return f"the database's clock is {apart.total_seconds():.0f} s away" if apart > MOST_SKEW else ""


def _clock() -> str:
    state = clock_state()
    if not state.silent:
        return ""
    return (
        f"it has not run since {state.last_ran}" if state.last_ran else "it has not run yet (mooring serve)"
    )


def _faults() -> str:
    fault = Fault.objects.order_by("-count").first()
    return f"{fault.chore} {fault.item} failed {fault.count} times: {fault.cause}" if fault else ""


def _backup() -> str:
    if settings.BACKUP_TO is None:
        return "MOORING_BACKUP_TO is not set"
    last = last_backup()
    if last is None:
        return "there is none yet"
    return (
        "" if timezone.now() - last.at < OLDEST_BACKUP else f"the last one is of {last.at:%Y-%m-%d %H:%M} UTC"
    )


def _shipped() -> str:
    if not settings.BACKUP_SHIP:
        return "no backup leaves this machine (MOORING_BACKUP_SHIP)"
    last = Event.objects.filter(name=BACKUP_SHIPPED).order_by("-id").first()
    return "" if last and timezone.now() - last.at < OLDEST_BACKUP else "none left in the last day"


def _key() -> str:
    installation = Installation.objects.first()
    if installation is None:
        return "nothing is set up here yet (mooring setup)"
    try:
        require_same_secret_key(installation)
    except (Mistake, Refused) as other:
        return str(other)
    return "" if settings.BACKUP_RECIPIENT else "no backup holds it (MOORING_BACKUP_RECIPIENT)"


def _head() -> str:
    if not settings.AUDIT_HEAD_TO:
        return "it never leaves this machine (MOORING_AUDIT_HEAD_TO)"
    last = Event.objects.filter(name=SHIPPED).order_by("-id").first()
    return "" if last and timezone.now() - last.at < OLDEST_BACKUP else "it did not leave in the last day"


def _time_stamp() -> str:
    if not settings.AUDIT_TIME_STAMP:
        return ""  # an option
    last = TimeStamp.objects.order_by("-pk").first()
    return "" if last and timezone.now() - last.asked_at < OLDEST_BACKUP else "none came in the last day"


def _answers() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return " ".join(str(error).split())
    return ""


TABLES: tuple[tuple[str, Callable[[], str]], ...] = (
    ("database answers", _answers),
    ("guards of signed rows", _guards),
    ("clocks agree", _skew),
    ("the clock runs", _clock),
    ("chores of the clock", _faults),
    ("last backup", _backup),
    ("backups leave", _shipped),
    ("secret key", _key),
    ("sealed values", _sealed),
    ("head of the audit leaves", _head),
    ("time stamps from outside", _time_stamp),
)
