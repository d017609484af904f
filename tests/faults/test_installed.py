"""What is installed is what was tested: the wheels in an empty environment, and a clinic from an older schema."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.web.program import mooring

pytestmark = [pytest.mark.soak, pytest.mark.pure]
ROOT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
SETUP = [
    "setup",
    "--organisation",
    "Elm",
    "--site",
    "Quay",
    "--time-zone",
    "Europe/Lisbon",
    "--jurisdiction",
    "PT",
    "--programme",
    "therapy-clinic",
    "--phone",
    "+351210000000",
    "--crisis-line",
    "SNS24=808242424",
    "--administrator",
    "Priya",
    "--email",
    "priya@example.org",
]


def run(*words: object, cwd: Path = ROOT, **more: str) -> str:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "MOORING_", "DJANGO_"))
    }
    ran = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**clean, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"{words}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the two wheels and what they declare; answers its `mooring`."""
    place = tmp_path_factory.mktemp("installed")
    for project in (ROOT / "packages" / "pharmacology", ROOT):
        run(UV, "build", "--wheel", "--out-dir", place, project)
    run(UV, "venv", "--python", sys.executable, place / "env")
    run(UV, "pip", "install", "--python", place / "env", *sorted(place.glob("*.whl")))
    return place / "env" / "bin" / "mooring"


def test_the_demonstration_comes_out_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    said = run(installed, "demo", "--only-load", "--patients", 3, "--folder", folder, cwd=tmp_path)
    assert "The demonstration lies in" in said
    run(
        installed,
        "audit",
        "verify",
        cwd=tmp_path,
        MOORING_HOME=str(folder),
        MOORING_DATABASE_URL=f"sqlite:{folder}/demonstration.sqlite3",
    )


def test_nothing_is_installed_that_nothing_runs(installed: Path) -> None:
    packages = run(UV, "pip", "list", "--python", installed.parent.parent, "--format", "freeze").lower()
    names = {line.partition("==")[0] for line in packages.splitlines()}
    assert "django" in names
    assert not names & {"ipython", "jedi", "pexpect", "traitlets", "uplot-python"}
    static = next(installed.parent.parent.glob("lib/python3*/site-packages/mooring/web/static/uplot"))
    assert (static / "uPlot.iife.js").is_file()


def test_a_clinic_is_set_up_out_of_the_wheel(installed: Path, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("a long password for tests")
    said = run(
        installed, *SETUP, "--password-file", password, cwd=tmp_path, MOORING_HOME=str(tmp_path / "home")
    )
    assert "Quay is set up" in said
    assert (tmp_path / "home" / "mooring.sqlite3").stat().st_mode & 0o077 == 0


OLD = ("audit", "identity", "work", "care_patients")
FILL = f"""
OLD = {OLD!r}
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
executor = MigrationExecutor(connection)
old = executor.loader.project_state([(app, "0001_first") for app in OLD]).apps
now = timezone.now()
Organisation, Site, Person, Team, Policy = (
    old.get_model("identity", name) for name in ("Organisation", "Site", "Person", "CareTeam", "SitePolicy")
)
elm = Organisation.objects.create(name="Elm")
site = Site.objects.create(organisation=elm, name="Quay", time_zone="Europe/Lisbon", jurisdiction="PT",
    programme="therapy-clinic", phone="+351 21 000 0000", opens_at="08:00", closes_at="18:00")
person = Person.objects.create(legal_name="José Núñez", phone="+351 912 345 678", joined_at=now)
Policy.objects.create(site=site, number=1, in_force_from=now, weight_fresh_days=7, answer_interest_hours=24,
    contact_from_hours=24, contact_until_hours=72, page_answer_minutes=15, signed_by=person, signed_at=now)
old.get_model("care_patients", "Patient").objects.create(person=person, site=site,
    care_team=Team.objects.create(site=site), record_number="R-1001", birth_date="1981-04-09", since=now)
"""


def test_a_clinic_of_the_first_schema_is_upgraded_with_its_data(tmp_path: Path) -> None:
    for app in OLD:
        ran = mooring(tmp_path, "django", "migrate", app, "0001_first")
        assert ran.returncode == 0, ran.stderr
    filled = mooring(tmp_path, "django", "shell", "-c", FILL)
    assert filled.returncode == 0, filled.stderr
    upgraded = mooring(tmp_path, "migrate")
    assert "earlier rows were given a digest" in upgraded.stdout, upgraded.stdout + upgraded.stderr
    assert mooring(tmp_path, "audit", "verify").returncode == 0
    with closing(sqlite3.connect(tmp_path / "mooring.sqlite3")) as database:
        (names,) = database.execute("SELECT search_names FROM care_patients_patient").fetchone()
    assert names == " jose nunez ", "what a later version finds by is filled"
    assert "nothing to change" in mooring(tmp_path, "migrate").stdout


def test_a_damaged_page_is_named_at_the_start(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("a long password for tests")
    assert mooring(tmp_path, *SETUP, "--password-file", str(password)).returncode == 0
    file = tmp_path / "mooring.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'audit_event_subject'"
        ).fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((root - 1) * size)
        raw.write(b"\xff" * size)
    refused = mooring(tmp_path, "serve")
    assert refused.returncode == 2
    assert "The database file is damaged" in refused.stderr
