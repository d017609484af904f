"""Build the demonstration's database: into a new file, which then takes the old one's place."""

import sys
import time
from pathlib import Path

from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from mooring.audit.recording import COMMAND_LINE
from mooring.care.patients.models import Patient
from mooring.demonstration.copying import Copier
from mooring.demonstration.crowd import Crowd
from mooring.demonstration.group_room import open_group_room
from mooring.demonstration.learners import make_learners
from mooring.demonstration.other_ways import tell_other_ways
from mooring.demonstration.staff import PASSWORD, PEOPLE, make_staff
from mooring.demonstration.stock_life import tell_stock_life
from mooring.identity.roles import Role
from mooring.work.installation import make_installation
from mooring.work.models import Installation
from mooring.work.schema import migrate, migrations_missing, require_kind

USUAL_PATIENTS = 40
PATIENTS_A_WRITE = 100


def is_of_today(database: Path, *, patients: int | None) -> bool:
    """Whether the file holds today's clinic with at least so many patients, up to date; never a clinic's own file."""
    if not database.exists() or migrations_missing():
        return False
    installation = Installation.objects.first()
    if installation is None:
        return False
    require_kind(installation, demonstration=True)
    if installation.demonstration_day != timezone.now().date():
        return False
    return patients is None or Patient.objects.count() >= patients


def build(database: Path, *, patients: int) -> None:
    """Write a new file beside the old one and swap: whoever stops it half-way keeps what was there."""
    started = time.monotonic()
    new = database.with_suffix(".new")
    _remove(new)
    connections.close_all()
    old_name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(new)
    try:
        migrate()
        load(patients=patients)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = old_name
    _remove(database)
    new.replace(database)
    print(f"Made the clinic of today in {time.monotonic() - started:.1f} s.", file=sys.stderr, flush=True)


def _remove(database: Path) -> None:
    for tail in ("", "-wal", "-shm"):
        database.with_name(database.name + tail).unlink(missing_ok=True)


def load(*, patients: int) -> None:
    """Fill an empty database: people first, then the patients with their stories, then the academy."""
    now = timezone.now().replace(microsecond=0)
    make_installation(demonstration_day=now.date(), by=COMMAND_LINE, at=now)
    staff = make_staff(now)
    copier, number = Copier(now), 0
    for template, who, earlier in Crowd(staff, now).people(patients):
        copier.add(template, who, earlier=earlier)
        if template.story.lead_only:
            continue
        number += 1
        if number % PATIENTS_A_WRITE == 0:
            copier.write()
            _say_progress(number, patients)
    copier.write()
    _say_progress(number, patients)
    copier.finish()
    open_group_room(staff, now)
    tell_other_ways(staff, now)
    tell_stock_life(staff, now)
    make_learners(staff, now)


def _say_progress(number: int, patients: int) -> None:
    if patients > USUAL_PATIENTS:
        print(f"\r{number} of {patients} patients", end="", file=sys.stderr, flush=True)
        if number == patients:
            print(file=sys.stderr)


def welcome(address: str) -> str:
    """What the terminal says: where to look, as whom, and the password that signs."""
    width = max(len(name) for name, _, _ in PEOPLE)
    rows = [
        f"  {name:{width}}  {', '.join(dict.fromkeys(str(Role(role).label) for role, _ in held)).lower()}"
        for name, _, held in PEOPLE
    ]
    return "\n".join(
        (
            "",
            "The demonstration clinic. Every person and every figure is made up; nothing leaves this machine.",
            f"Open  {address}/  and sign in with one tap as one of these people:",
            "",
            *rows,
            "",
            f"Signatures ask for a password; everybody's is: {PASSWORD}",
            f"What patients' phones show: {address}{reverse('phones')}",
            "",
        )
    )
