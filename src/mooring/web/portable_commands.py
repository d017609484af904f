"""`mooring export` and `mooring import`: an installation as files that anybody can read, and back."""

import shutil
import sys
from functools import partial
from pathlib import Path

import pyrage
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.recording import COMMAND_LINE
from mooring.care.disclosures.queries import NOT_BY
from mooring.care.patients.models import Patient
from mooring.identity.models import Site
from mooring.work.mistakes import Mistake
from mooring.work.portable.of_site import keys_of_site
from mooring.work.portable.reading import import_installation
from mooring.work.portable.writing import Wanted, export_installation
from mooring.work.schema import migrations_missing
from mooring.work.sealing import read_identity, seal_folder, unsealed


def export(
    folder: Path, *, purpose: str, recipient: str, with_csv: bool, sealed: bool, site_name: str
) -> int:
    """Write everything, or one site, into a folder; a run that was interrupted goes on."""
    if migrations_missing():
        raise Mistake("The database is not up to date. Run `mooring migrate` first.")
    if sealed and not recipient:
        raise Mistake("Give --recipient KEY, to which the export is sealed.")
    site = _site(site_name) if site_name else None
    patients = Patient.objects.filter(site=site) if site else Patient.objects.all()
    wanted = Wanted(
        purpose=purpose,
        with_csv=with_csv,
        recipient=_key(recipient),
        site=site.name if site else "",
        keys_of=partial(keys_of_site, site, Patient, NOT_BY) if site else None,
    )
    manifest = export_installation(
        folder,
        wanted=wanted,
        subjects=[patient.subject_ref for patient in patients.only("pk")],
        by=COMMAND_LINE,
        at=timezone.now(),
        progress=_tell,
    )
    rows, place = sum(table["rows"] for table in manifest["tables"]), folder
    if sealed:
        place = seal_folder(folder, recipient)
        shutil.rmtree(folder)
    print(f"Exported {rows} rows of {len(manifest['tables'])} tables into {place}.")
    if not manifest["secrets"]:
        print(
            "Passwords and keys are left out: people are invited again. Give --recipient to seal them for a new place.",
            file=sys.stderr,
        )
    return 0


def import_(place: Path, *, identity: Path | None) -> int:
    """Read an export into this empty installation, then verify it; 1 when it is not as it was written."""
    key = read_identity(identity) if identity else ""
    with unsealed(place, identity) as folder:
        read = import_installation(folder, identity=key, by=COMMAND_LINE, at=timezone.now(), progress=_tell)
    print(f"Imported {read.rows} rows of {read.tables} tables.")
    broken = seals.verify()
    print(f"Broken: {broken}." if broken else "Everything is as it was written.")
    if not read.with_secrets:
        print("No one has a password here yet: an administrator sends links under People.", file=sys.stderr)
    return 1 if broken else 0


def _site(name: str) -> Site:
    site = Site.objects.filter(name=name).first()
    if site is None:
        known = ", ".join(Site.objects.order_by("name").values_list("name", flat=True))
        raise Mistake(f"There is no site {name!r}. There are: {known}.")
    return site


def _key(given: str) -> str:
    try:
        return str(pyrage.x25519.Recipient.from_str(given)) if given else ""
    except pyrage.RecipientError as error:
        raise Mistake("This is not a public key: age1…, as `mooring keys new` prints it.") from error


def _tell(table: str, done: int, of: int) -> None:
    if sys.stderr.isatty() or done == of:
        print(f"\r{done:>4} of {of} tables  {table:<44}", end="" if done < of else "\n", file=sys.stderr)
