"""Secrets stand sealed in the database; a new secret key seals them again, and what was sent before still opens."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from mooring.audit import guards, seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.recording import COMMAND_LINE
from mooring.identity.actions import grant_credential
from mooring.identity.models import Credential, Person
from mooring.web.backup_commands import rotate_keys
from mooring.web.secret import replace_secret_key, secret_key, secret_keys_before
from mooring.work.actions import hash_of, make_link, token_of
from mooring.work.heads import signed_head
from mooring.work.installation import accept_secret_key, print_of_secret_key, require_same_secret_key
from mooring.work.keys import seal_again, unreadable
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from tests.people import Cast

pytestmark = pytest.mark.django_db
OLD, NEW = "the old secret key of this clinic, long enough", "the new secret key of this clinic, long enough"


def stored(table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}"')
        value = cursor.fetchone()[0]
    return value if isinstance(value, str) else bytes(value).decode("latin-1")


def licence_of(cast: Cast) -> Credential:
    return grant_credential(
        person=cast.prescriber,
        kind="professional-licence",
        issuer="State board",
        number="MD-4711",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        source="recorded",  # type: ignore[arg-type]
        by=cast.administrator,
        at=timezone.now(),
    )


def rotate(settings: Settings) -> int:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    return seal_again(by=COMMAND_LINE, at=timezone.now())


@pytest.fixture
def clinic(cast: Cast, settings: Settings) -> Cast:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    Installation.objects.create(signing_key=b"k" * 32, secret_key_print=print_of_secret_key())
    return cast


def test_numbers_and_keys_stand_sealed(clinic: Cast) -> None:
    licence = licence_of(clinic)
    assert "4711" not in stored("identity_credential", "number")
    assert Credential.objects.get(pk=licence.pk).number == "MD-4711"
    assert len(Installation.objects.get().signing_key) == 32
    assert stored("work_installation", "signing_key").startswith("gAAAA")


def test_the_secret_of_an_authenticator_app_stands_sealed(clinic: Cast) -> None:
    adapter = get_adapter()
    Authenticator.objects.create(
        user=clinic.prescriber, type="totp", data={"secret": adapter.encrypt("JBSWY3DPEHPK3PXP")}
    )
    assert "JBSWY3DPEHPK3PXP" not in stored("mfa_authenticator", "data")
    assert adapter.decrypt("JBSWY3DPEHPK3PXP") == "JBSWY3DPEHPK3PXP", "what is older than sealing is read"


def test_a_new_key_opens_everything_and_changes_no_signed_row(clinic: Cast, settings: Settings) -> None:
    licence_of(clinic)
    Authenticator.objects.create(
        user=clinic.prescriber, type="totp", data={"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")}
    )
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    before, key = stored("identity_credential", "number"), Installation.objects.get().signing_key
    assert rotate(settings) >= 3
    settings.SECRET_KEY_FALLBACKS = []
    assert stored("identity_credential", "number") != before
    assert Credential.objects.get().number == "MD-4711"
    assert Installation.objects.get().signing_key == key
    assert get_adapter().decrypt(Authenticator.objects.get().data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert seals.verify() is None, "digests are of the plain text"
    assert guards.missing("default") == [], "the guards stand again"
    require_same_secret_key(Installation.objects.get())
    assert not unreadable()


def test_a_key_that_nobody_knows_any_more_is_named(clinic: Cast, settings: Settings) -> None:
    licence_of(clinic)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, []
    assert Credential.objects.get().number == ""
    assert unreadable() == {"identity.Credential": 1, "work.Installation": 1}
    with pytest.raises(Mistake, match="another secret key"):
        require_same_secret_key(Installation.objects.get())
    accept_secret_key(by=COMMAND_LINE, at=timezone.now())
    assert signed_head(at=timezone.now())["signature"], "the installation signs with a new key"


def test_what_was_sent_and_signed_before_still_opens(clinic: Cast, settings: Settings) -> None:
    link = make_link(
        kind="record-log",
        person=clinic.patient.person,
        about=clinic.patient,
        opens="patient-own-log",
        site=clinic.site,
        birth_date=None,
        lasts=timedelta(days=1),
        by=clinic.coordinator,
        at=timezone.now(),
    )
    signed = signing.dumps("a cookie", salt="x")
    rotate(settings)
    assert hash_of(token_of(link)) == link.token_hash, "the same token is delivered again"
    assert signing.loads(signed, salt="x") == "a cookie"


def test_the_old_key_is_on_the_disk_before_the_new_one_takes_its_place(tmp_path: Path) -> None:
    first = secret_key("", tmp_path)
    second = replace_secret_key(tmp_path)
    third = replace_secret_key(tmp_path)
    assert len({first, second, third}) == 3
    assert secret_key("", tmp_path) == third
    assert secret_keys_before(tmp_path) == [second, first]
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())


def test_a_key_from_the_environment_is_replaced_by_hand(
    clinic: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    with pytest.raises(Mistake, match="MOORING_SECRET_KEY_BEFORE"):
        rotate_keys(forget=False)
    assert Person.objects.exists()


def test_the_command_replaces_its_own_file(clinic: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    licence_of(clinic)
    (tmp_path / "secret-key").write_text(OLD, encoding="ascii")
    assert rotate_keys(forget=True) == 0
    assert (tmp_path / "secret-key").read_text(encoding="ascii") != OLD
    settings.SECRET_KEY_FALLBACKS = []
    assert Credential.objects.get().number == "MD-4711"
    assert secret_keys_before(tmp_path) == []
