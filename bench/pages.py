"""Server time of the staff's pages at 3,000 patients on SQLite, and of one recorded act."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PATIENTS = 3000
ROUNDS = 30
BUDGET_PAGE_MS, BUDGET_ACT_MS = 150, 15


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mooring-bench-") as home:
        os.environ["MOORING_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "mooring.web.settings"
        import django

        django.setup()
        load(Path(home))
        report("page", measure_pages(), BUDGET_PAGE_MS)
        report("act", {"make a task (act, event, commit)": measure_act()}, BUDGET_ACT_MS)


def load(home: Path) -> None:
    from django.core.management import call_command

    from mooring.web.demonstration.loading import load as load_clinic

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    load_clinic(patients=PATIENTS)
    size = (home / "mooring.sqlite3").stat().st_size / 1e6
    print(f"{PATIENTS} patients loaded in {time.perf_counter() - started:.1f} s, {size:.0f} MB\n")


def timed(action: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each call, after two that are not counted."""
    action()
    action()
    found = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        found.append((time.perf_counter() - started) * 1000)
    return found


def measure_pages() -> dict[str, list[float]]:
    from django.test import Client

    from mooring.care.patients.models import Patient
    from mooring.care.sessions.models import Session
    from mooring.care.treatments.models import Cycle, Treatment
    from mooring.identity.models import Person

    def first(model: type) -> int:
        return model.objects.order_by("pk").values_list("pk", flat=True).first()  # type: ignore[attr-defined, no-any-return]

    patient, treatment = first(Patient), first(Treatment)
    addresses = {
        "coordinator": [
            "/",
            "/care/referrals/",
            "/care/patients/",
            "/care/patients/?find=a",
            f"/care/patients/{patient}/",
        ],
        "prescriber": [
            "/",
            f"/care/treatments/{treatment}/",
            f"/care/treatments/cycles/{first(Cycle)}/",
            f"/care/outcomes/{treatment}/",
        ],
        "monitor": ["/", f"/care/sessions/{first(Session)}/"],
    }
    measured = {}
    for role, paths in addresses.items():
        person = Person.objects.filter(roles__role=role, is_active=True).order_by("pk").first()
        assert person is not None
        client = Client(headers={"host": "localhost"})
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path} answered {answer.status_code}"
            measured[f"{role} {path}"] = timed(lambda path=path, client=client: client.get(path))  # type: ignore[misc]
    return measured


def measure_act() -> list[float]:
    from itertools import count

    from django.utils import timezone

    from mooring.audit.recording import CLOCK
    from mooring.care.patients.models import Patient
    from mooring.work.actions import Owed, make_task

    patient = Patient.objects.select_related("site").order_by("pk").first()
    assert patient is not None
    number = count()

    def act() -> object:
        now = timezone.now()
        owed = Owed(
            kind=f"bench-{next(number)}",
            about=patient,
            title="t",
            reason="r",
            address="/",
            act="a",
            role="coordinator",
            due_at=now,
        )
        return make_task(owed=owed, site=patient.site, by=CLOCK, at=now)

    return timed(act, 200)


def report(what: str, measured: dict[str, list[float]], budget_ms: int) -> None:
    print(f"| {what} | median ms | p95 ms | budget ms |\n| --- | ---: | ---: | ---: |")
    for name, found in measured.items():
        p95 = statistics.quantiles(found, n=20)[-1]
        print(f"| `{name}` | {statistics.median(found):.1f} | {p95:.1f} | {budget_ms} |")
    print()
