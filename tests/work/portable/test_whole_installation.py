"""An export of everything reads back into an empty installation as the same records."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.base.base import NO_DB_ALIAS
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Access, Event
from mooring.audit.recording import COMMAND_LINE
from mooring.care.patients.models import Patient
from mooring.identity.models import Person
from mooring.work.installation import make_installation
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.portable import writing
from mooring.work.portable.reading import import_installation, read_export
from mooring.work.portable.tables import class_of, columns_of, own_models
from mooring.work.portable.writing import Wanted, export_installation
from mooring.work.sealing import new_pair
from tests import databases
from tests.packs import sign_pack_for
from tests.people import PASSWORD, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = "The clinic moves to another house"


def fill() -> None:
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())
    sign_pack_for(make_cast())
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    seals.seal(at=timezone.now())


def export(folder: Path, **wanted: object) -> dict:
    return export_installation(
        folder,
        wanted=Wanted(purpose=PURPOSE, **wanted),  # type: ignore[arg-type]
        subjects=[patient.subject_ref for patient in Patient.objects.all()],
        by=COMMAND_LINE,
        at=timezone.now(),
        progress=lambda table, done, of: None,
    )


def read_back(folder: Path, identity: str = "") -> None:
    databases.put_back()
    import_installation(
        folder,
        identity=identity,
        by=COMMAND_LINE,
        at=timezone.now(),
        progress=lambda table, done, of: None,
    )


def lines(folder: Path, table: str) -> list[str]:
    return (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.fixture(autouse=True)
def _reads_a_second_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test framework lets one more connection through: that of no database."""
    monkeypatch.setattr(writing, "ALIAS", NO_DB_ALIAS)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "first", tmp_path / "second"


def test_what_comes_in_is_what_went_out(folders: tuple[Path, Path]) -> None:
    """Proven by comparison: exported again, every table holds the same lines, but for the events of moving."""
    first, second = folders
    fill()
    manifest = export(first)
    read_back(first)
    assert seals.verify() is None, "digests, seals and signed rows are as they were written"
    export(second)
    for table in manifest["tables"]:
        name = table["table"]
        before, after = lines(first, name), lines(second, name)
        if name in ("audit.event", "audit.access", "audit.accesssubject"):
            assert after[: len(before)] == before, name
        elif name == "work.installation":
            assert len(after) == 1
        else:
            assert after == before, name
    assert sum(table["rows"] for table in manifest["tables"]) > 30


def test_it_says_to_each_patient_that_it_left_and_why(folders: tuple[Path, Path]) -> None:
    fill()
    export(folders[0])
    opening = Access.objects.get(kind="export")
    assert opening.reason == PURPOSE
    assert {each.subject for each in opening.subjects.all()} == {p.subject_ref for p in Patient.objects.all()}
    assert Event.objects.get(name="work.export.started").detail["patients"] == 1


def test_secrets_are_left_out_or_sealed_to_a_recipient(folders: tuple[Path, Path]) -> None:
    fill()
    hashed = Person.objects.get(legal_name="Kofi Mensah").password
    export(folders[0])
    everything = "".join(path.read_text(encoding="utf-8") for path in folders[0].glob("*.jsonl"))
    assert hashed not in everything
    private, public = new_pair()
    export(folders[1], recipient=public)
    read_back(folders[0])
    assert not Person.objects.get(legal_name="Kofi Mensah").has_usable_password()
    read_back(folders[1], private)
    assert Person.objects.get(legal_name="Kofi Mensah").check_password(PASSWORD)


def test_an_interrupted_export_goes_on(folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    if connection.vendor != "sqlite":
        pytest.skip("on PostgreSQL it starts again, in one snapshot")
    whole, seen = writing._table, []

    def stops(folder: Path, model: type, *rest: object, **named: object) -> dict:
        if len(seen) == 20:
            raise KeyboardInterrupt
        seen.append(model)
        return whole(folder, model, *rest, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(writing, "_table", stops)
        export(folders[0])
    with pytest.raises(Mistake, match="interrupted"):
        read_export(folders[0])
    written = {path: path.stat().st_mtime_ns for path in folders[0].glob("*.jsonl")}
    assert len(written) == 20
    Person.objects.filter(legal_name="Kofi Mensah").update(pronouns="he/him")
    export(folders[0])
    assert all(path.stat().st_mtime_ns == at for path, at in written.items()), "what was whole is kept"
    assert "he/him" not in "".join(lines(folders[0], "identity.person")), "it is one moment's state"
    assert Event.objects.filter(name="work.export.started").count() == 1
    read_back(folders[0])


def test_what_was_altered_cut_or_is_of_another_version_is_refused(folders: tuple[Path, Path]) -> None:
    fill()
    folder = folders[0]
    export(folder)
    file = folder / "identity.person.jsonl"
    was = file.read_bytes()
    file.write_bytes(was.replace(b"Kofi", b"Kofa"))
    with pytest.raises(Mistake, match="checksum differs"):
        read_back(folder)
    file.unlink()
    with pytest.raises(Mistake, match="is missing"):
        read_back(folder)
    file.write_bytes(was)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["migrations"].append("identity 9999_later")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Mistake, match="is missing identity 9999_later"):
        read_back(folder)


def test_only_an_empty_installation_takes_one(folders: tuple[Path, Path]) -> None:
    fill()
    export(folders[0])
    with pytest.raises(Mistake, match="not empty"):
        import_installation(
            folders[0], identity="", by=COMMAND_LINE, at=timezone.now(), progress=lambda *_: None
        )


def test_new_rows_are_numbered_after_those_that_came_in(folders: tuple[Path, Path]) -> None:
    fill()
    export(folders[0])
    read_back(folders[0])
    highest = Person.objects.order_by("-pk").first()
    assert Person.objects.create(legal_name="New Colleague").pk > highest.pk


def test_the_new_place_has_keys_of_its_own(folders: tuple[Path, Path]) -> None:
    fill()
    before = bytes(Installation.objects.get().signing_key)
    export(folders[0])
    read_back(folders[0])
    after = bytes(Installation.objects.get().signing_key)
    assert len(after) == 32
    assert after != before


def test_every_table_is_exported_with_every_field_but_secrets(folders: tuple[Path, Path]) -> None:
    """A new room needs no word here: what is exported follows from the models and their classes."""
    fill()
    manifest = export(folders[0], with_csv=True)
    described = {table["table"]: table for table in manifest["tables"]}
    for model in own_models():
        table = described[model._meta.label_lower]
        named = {column["name"] for column in table["columns"]} | set(table["left_out"])
        assert named == {column.name for column in columns_of(model)}
        assert set(table["left_out"]) == {
            column.name
            for column in columns_of(model)
            if class_of(column.field) in ("secret", "apart")
            if column.is_secret
        }
        assert (folders[0] / f"{model._meta.label_lower}.csv").exists()
    assert not list(folders[0].glob("*.half"))
    assert (folders[0] / "identity.person.jsonl").stat().st_mode & 0o077 == 0
