"""Server time of the staff's pages at 3,000 patients on SQLite, and of one recorded act.

First the pages that are opened all day; then every kind of page that a link leads any role to, the slowest of
them in a table. MOORING_BENCH_HOME keeps the loaded clinic there and finds it again the next time.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

PATIENTS = 3000
ROUNDS = 30
ROUNDS_OF_EVERY_PAGE, SHOWN = 10, 15
BUDGET_PAGE_MS, BUDGET_ACT_MS, BUDGET_GATE_MS = 150, 15, 5
ROLES = (
    "coordinator",
    "prescriber",
    "monitor",
    "therapist",
    "facilitator",
    "medical-director",
    "privacy-officer",
    "administrator",
    "educator",
    "learner",
)
LEFT_OUT = re.compile(r"^/(static|accounts)")


def main() -> None:
    kept = os.environ.get("MOORING_BENCH_HOME")
    folder = nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="mooring-bench-")
    with folder as home:
        Path(home).mkdir(exist_ok=True)
        # The clinic is loaded by a process of its own: the one that answers pages has never held it in memory.
        subprocess.run([sys.executable, "-m", "bench.pages", home], check=True)
        prepare(home)
        report("page", measure_pages(), BUDGET_PAGE_MS)
        report_slowest(measure_every_page())
        report("gate", measure_gates(), BUDGET_GATE_MS)
        report("act", {"make a task (act, event, commit)": measure_act()}, BUDGET_ACT_MS)


def prepare(home: str) -> None:
    os.environ["MOORING_HOME"] = home
    os.environ["DJANGO_SETTINGS_MODULE"] = "mooring.web.settings"
    import django

    from mooring.web.memory import search_seldom

    django.setup()
    search_seldom()  # as a worker of the server does


def load(home: Path) -> None:
    from django.core.management import call_command

    from mooring.care.patients.models import Patient
    from mooring.demonstration.loading import load as load_clinic

    started = time.perf_counter()
    call_command("migrate", verbosity=0)
    if Patient.objects.count() >= PATIENTS:
        return
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
    from mooring.care.patients.models import Patient
    from mooring.care.sessions.models import Session
    from mooring.care.treatments.models import Cycle, Treatment
    from mooring.identity.models import Site

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
            f"/care/outcomes/{treatment}/next/",
            f"/care/outcomes/panel/{first(Site)}/",
        ],
        "monitor": ["/", f"/care/sessions/{first(Session)}/", f"/care/sessions/groups/{group_of_eight()}/"],
    }
    measured = {}
    for role, paths in addresses.items():
        client = signed_in(role)
        assert client is not None
        for path in paths:
            answer = client.get(path)
            assert answer.status_code == 200, f"{path} answered {answer.status_code}"
            measured[f"{role} {path}"] = timed(lambda path=path, client=client: client.get(path))  # type: ignore[misc]
    return measured


def group_of_eight() -> int:
    """A group of eight sessions of one site, made of those that are loaded; they need not be open to be shown."""
    from django.utils import timezone

    from mooring.care.sessions.models import GroupPlace, Session, SessionGroup
    from mooring.identity.models import Person, Site

    site = Site.objects.order_by("pk").first()
    person = Person.objects.filter(roles__role="monitor", roles__site=site).order_by("pk").first()
    assert site is not None
    assert person is not None
    group, made = SessionGroup.objects.get_or_create(
        name="Bench",
        defaults={
            "site": site,
            "room": "1",
            "patients_each": 4,
            "opened_by": person,
            "opened_at": timezone.now(),
        },
    )
    if made:
        group.team.add(person)
        for number, session in enumerate(Session.objects.filter(patient__site=site).order_by("pk")[:8], 1):
            GroupPlace.objects.create(group=group, session=session, number=number)
    return int(group.pk)


def signed_in(role: str) -> Any:
    """A browser of the first person in this role; None if nobody holds it."""
    from django.test import Client

    from mooring.identity.models import Person

    person = Person.objects.filter(roles__role=role, is_active=True).order_by("pk").first()
    if person is None:
        return None
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def measure_every_page() -> dict[str, list[float]]:
    """For each role, one page of every kind that links lead to from the first page."""
    measured = {}
    for role in ROLES:
        client = signed_in(role)
        for path in pages_of(client) if client else ():
            measured[f"{role} {path}"] = timed(
                lambda path=path, client=client: client.get(path),  # type: ignore[misc]
                ROUNDS_OF_EVERY_PAGE,
            )
    return measured


def pages_of(client: Any) -> Iterator[str]:
    """Along every link, one page of a kind; papers and files are no pages."""
    from django.urls import resolve

    waiting, kinds = ["/"], set()
    while waiting:
        path = waiting.pop(0)
        kind = resolve(path.partition("?")[0]).view_name
        if kind in kinds:
            continue
        kinds.add(kind)
        answer = client.get(path)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found = re.findall(r'href="(/[^"#]*)', answer.content.decode())
            waiting += [each.replace("&amp;", "&") for each in found if not LEFT_OUT.match(each)]
            yield path


def report_slowest(measured: dict[str, list[float]]) -> None:
    slowest = sorted(measured, key=lambda name: -max(measured[name]))
    kept = sum(max(found) <= BUDGET_PAGE_MS for found in measured.values())
    print(f"{len(measured)} pages of {len(ROLES)} roles, each {ROUNDS_OF_EVERY_PAGE} times: ", end="")
    print(f"{kept} never took more than {BUDGET_PAGE_MS} ms. The slowest:\n")
    report("page", {name: measured[name] for name in slowest[:SHOWN]}, BUDGET_PAGE_MS)


def measure_gates() -> dict[str, list[float]]:
    """Everything that is known of one patient, read by every rule, as each act before a dose and in it does."""
    from django.utils import timezone

    from mooring.care.sessions.models import Session
    from mooring.care.treatments.gate import read_gate
    from mooring.care.treatments.models import Cycle, Phase

    cycles = Cycle.objects.filter(treatment__state="signed").select_related(
        "treatment__patient__person",
        "treatment__patient__site",
        "treatment__pack",
        "treatment__screening",
    )
    before = cycles.filter(phase__in=[Phase.PREPARE, Phase.READY]).order_by("-number", "pk").first()
    open_sessions = Session.objects.filter(state="open").values("cycle")
    given = cycles.filter(phase=Phase.DOSING, pk__in=open_sessions).order_by("pk").first()
    assert before is not None
    assert given is not None
    return {
        "gate of a dose (facts, rules, closings)": timed(lambda: read_gate(before, timezone.now())),
        "gate of a further part (with the session's log)": timed(
            lambda: read_gate(given, timezone.now(), repeat=True)
        ),
    }


def measure_act() -> list[float]:
    from itertools import count

    from django.utils import timezone

    from mooring.audit.recording import CLOCK
    from mooring.care.patients.models import Patient
    from mooring.work.actions import Owed, make_task

    patient = Patient.objects.select_related("site").order_by("pk").first()
    assert patient is not None
    number = count(time.time_ns())

    def act() -> object:
        now = timezone.now()
        owed = Owed(
            kind=f"bench-{next(number)}",  # never one that is open already
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


if __name__ == "__main__":
    prepare(sys.argv[1])
    load(Path(sys.argv[1]))
