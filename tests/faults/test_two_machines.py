"""Two machines on one PostgreSQL: one clock leads, each act is sealed once and in order, another key is refused."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from mooring.audit import seals
from mooring.audit.adopting import adopt_unnamed
from mooring.audit.models import Event, Seal
from mooring.audit.recording import COMMAND_LINE
from mooring.work.installation import make_installation
from mooring.work.models import Lease, Message
from tests.people import make_cast
from tests.web.program import Forked
from tests.work.test_clock import ROOT, _address_of_this_database, _until

pytestmark = pytest.mark.django_db(transaction=True)
ACTS = 25
WRITER = f"""
import django
django.setup()
from django.utils import timezone
from mooring.identity.models import Person
from mooring.work.actions import write_message
person = Person.objects.get(legal_name="Ines Duarte")
site = person.standing[0].site
for number in range({ACTS}):
    write_message(channel="screen", person=person, site=site, title=f"Note {{number}}", body="", by=person,
                  at=timezone.now())
"""


def machine(home: Path, *arguments: str, key: str, module: str = "mooring", text: str = "") -> Forked:
    """A program of one machine: its own home, the clinic's one database."""
    home.mkdir(mode=0o700, exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOORING_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "mooring.web.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "MOORING_HOME": str(home),
        "MOORING_DATABASE_URL": _address_of_this_database(),
        "MOORING_SECRET_KEY": key,
        "MOORING_HTTPS": "no",
    }
    return Forked(environment, *arguments, module=module, text=text, all_in_one=True)


def test_two_machines_lead_one_after_the_other_and_seal_every_act_once(tmp_path: Path) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("two machines share a PostgreSQL, never a file")
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())
    make_cast()
    adopt_unnamed(by=COMMAND_LINE, at=timezone.now())
    key, one, two = str(settings.SECRET_KEY), tmp_path / "one", tmp_path / "two"
    clocks = [machine(home, "tick", "--every", "1", key=key) for home in (one, two)]
    writers = [machine(home, text=WRITER, key=key) for home in (one, two)]
    try:
        for writer in writers:
            said = writer.communicate()
            assert writer.returncode == 0, said
        assert _until(lambda: not Message.objects.filter(delivered_at=None).exists())
        leader = Lease.objects.get(name="clock").holder
        leading = next(each for each in clocks if leader.endswith(f":{each.pid}"))
        leading.kill()
        leading.communicate()
        Lease.objects.filter(name="clock").update(held_until=timezone.now())
        assert _until(lambda: Lease.objects.get(name="clock").holder != leader), "the other one takes over"
    finally:
        for each in clocks:
            each.kill()
            each.communicate()
    seals.seal(at=timezone.now() + seals.EVERY)
    assert Message.objects.filter(attempts=1).count() == 2 * ACTS, "each delivered once"
    sealed = [row[0] for seal in Seal.objects.filter(stream="events").order_by("number") for row in seal.rows]
    assert sealed == list(Event.objects.order_by("pk").values_list("pk", flat=True))
    assert seals.verify() is None


def test_a_machine_with_another_key_does_not_serve(tmp_path: Path) -> None:
    make_installation(demonstration_day=None, by=COMMAND_LINE, at=timezone.now())
    other = machine(tmp_path / "other", "serve", "--port", "18991", key="k" * 50)
    said = other.communicate()
    assert other.returncode == 2, said
    assert "used with another secret key" in said
