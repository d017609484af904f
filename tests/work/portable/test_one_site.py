"""One clinic of several leaves: its records come in elsewhere as they were, and nobody else's leave with them."""

from functools import partial
from pathlib import Path

import pytest
from django.db.backends.base.base import NO_DB_ALIAS
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.recording import COMMAND_LINE
from mooring.care.disclosures.queries import NOT_BY
from mooring.care.patients.models import Patient
from mooring.care.screening.models import Screening
from mooring.identity.models import Credential, Person, Site
from mooring.web import portable_commands
from mooring.work.installation import make_installation
from mooring.work.mistakes import Mistake
from mooring.work.portable import writing
from mooring.work.portable.of_site import keys_of_site
from mooring.work.sealing import new_pair
from tests import databases
from tests.audit.test_kept import granted
from tests.care.screening.screenings import answered
from tests.people import Cast, make_cast, make_patient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _reads_a_second_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ALIAS", NO_DB_ALIAS)


@pytest.fixture
def two_sites() -> Cast:
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())
    cast = make_cast()
    answered(cast)
    granted(cast)
    make_patient(cast.stranger.standing[0].site, "Someone Elsewhere")
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    seals.seal(at=timezone.now())
    return cast


def export(folder: Path, site: str, recipient: str = "") -> int:
    return portable_commands.export(
        folder,
        purpose="The clinic leaves the group",
        recipient=recipient,
        with_csv=False,
        sealed=bool(recipient),
        site_name=site,
    )


def lines(folder: Path, table: str) -> list[str]:
    return (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()


def test_a_site_comes_in_as_it_was_and_alone(
    two_sites: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sealed on the way; then exported again and compared, line by line."""
    site, other = two_sites.site, two_sites.stranger.standing[0].site
    private, public = new_pair()
    identity = tmp_path / "identity"
    identity.write_text(f"# a comment\n{private}\n", encoding="ascii")
    assert export(tmp_path / "plain", site.name) == 0
    assert export(tmp_path / "away", site.name, public) == 0
    assert not (tmp_path / "away").exists(), "nothing open stays behind"
    archive = tmp_path / "away.tar.age"
    assert archive.stat().st_mode & 0o077 == 0
    assert b"Calloway" not in archive.read_bytes()

    databases.put_back()
    with pytest.raises(Mistake, match="sealed"):
        portable_commands.import_(archive, identity=None)
    assert portable_commands.import_(archive, identity=identity) == 0
    assert "Everything is as it was written" in capsys.readouterr().out
    assert list(Site.objects.values_list("name", flat=True)) == [site.name]
    assert {str(patient) for patient in Patient.objects.all()} == {str(two_sites.patient)}
    assert not Person.objects.filter(legal_name="Someone Elsewhere").exists()
    assert not Patient.objects.filter(site_id=other.pk).exists()
    assert Credential.objects.filter(person=two_sites.monitor).exists()

    export(tmp_path / "again", site.name)
    for file in sorted((tmp_path / "plain").glob("*.jsonl")):
        before, after = lines(tmp_path / "plain", file.stem), lines(tmp_path / "again", file.stem)
        if file.stem in ("audit.event", "audit.access", "audit.accesssubject"):
            assert set(before) <= set(after), file.stem
        elif file.stem != "work.installation":
            assert after == before, file.stem
    assert lines(tmp_path / "plain", "care_screening.statedfact")


def test_a_record_that_points_to_another_sites_patient_stops_the_export(two_sites: Cast) -> None:
    elsewhere = Patient.objects.exclude(site=two_sites.site).get()
    own = two_sites.patient.screenings.get()
    Screening.objects.create(patient=elsewhere, pack=own.pack, sent_by=own.sent_by, sent_at=own.sent_at)
    read = partial(keys_of_site, two_sites.site, Patient, NOT_BY)
    with pytest.raises(Mistake, match="patient of another site"):
        read("default")


def test_an_unknown_site_is_named(two_sites: Cast, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="There is no site 'Nowhere'"):
        export(tmp_path / "x", "Nowhere")
