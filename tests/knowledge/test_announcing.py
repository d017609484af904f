"""What comes due and what is refused is told in time: a task for the director, and loud words at the start."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from mooring.content.loader import load
from mooring.identity.packs import pack_in_force
from mooring.knowledge.actions import REFUSED, REVIEW, announce
from mooring.rules.screening import screen
from mooring.rules.verdict import Fact
from mooring.web.start_up import content_said
from mooring.work.models import Task
from tests.packs import changed, sign_pack_for
from tests.people import NOW, PASSWORD, Cast

pytestmark = pytest.mark.django_db
SOON = NOW.date() + timedelta(days=59)


def due_in_59_days() -> object:
    return changed(load(), "scripts", "SCRIPT-FEAR@1", next_review=SOON)


def broken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "protocols").mkdir()
    (folder / "protocols" / "ours.yaml").write_text("- id: harbour:IV\n  version: one\n", "utf-8")
    monkeypatch.setenv("MOORING_CONTENT", str(folder))


def open_tasks(kind: str) -> list[Task]:
    return list(Task.objects.filter(kind=kind, state="open"))


def test_what_comes_due_is_one_task_for_the_director_until_a_pack_is_signed(
    cast: Cast, client: Client
) -> None:
    sign_pack_for(cast, due_in_59_days())
    announce(at=NOW)
    announce(at=NOW + timedelta(days=1))
    [task] = open_tasks(REVIEW)
    assert task.role == "medical-director"
    assert task.due_at.date() >= SOON
    assert SOON.isoformat() in task.reason
    client.force_login(cast.director)
    sent = {"digest": load().digest, "password": PASSWORD}
    assert client.post(f"/knowledge/sign/{cast.site.pk}/", sent).status_code == 302
    assert not open_tasks(REVIEW)


def test_sixty_one_days_ahead_nothing_is_said(cast: Cast) -> None:
    sign_pack_for(cast, due_in_59_days())
    announce(at=NOW - timedelta(days=2))
    assert not open_tasks(REVIEW)


def test_a_site_without_a_signed_pack_is_told_nothing(cast: Cast) -> None:
    announce(at=NOW)
    assert not Task.objects.exists()


def test_refused_files_are_told_until_they_are_mended(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_pack_for(cast)
    broken(tmp_path, monkeypatch)
    announce(at=NOW)
    announce(at=NOW + timedelta(hours=1))
    [task] = open_tasks(REFUSED)
    assert task.urgent
    assert "ours.yaml:1" in task.reason
    monkeypatch.delenv("MOORING_CONTENT")
    announce(at=NOW + timedelta(hours=2))
    assert not open_tasks(REFUSED)


def test_the_start_says_it_loudly_and_the_signed_pack_goes_on(
    cast: Cast, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert content_said() == []
    signed = sign_pack_for(cast)
    broken(tmp_path, monkeypatch)
    said = "\n".join(content_said())
    assert said.startswith("THE CONTENT FILES ARE REFUSED")
    assert "ours.yaml:1" in said
    assert f"continues with pack {signed.digest[:12]}" in said
    assert "has no signed pack" in said  # the other site
    verdict = screen([Fact("stroke", "yes")], pack_in_force(cast.site), date(2026, 11, 2))
    assert verdict.established.name == "BLOCK"
    client.force_login(cast.prescriber)
    page = client.get("/knowledge/").content.decode()
    assert "The content files are refused." in page
    assert client.get("/knowledge/eligibility/HTN@1/").status_code == 200


def test_what_the_lint_finds_is_not_signed(
    cast: Cast, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = load().eligibility["STROKE@1"].model_dump(mode="json", exclude_defaults=True)
    rule |= {"id": "harbour:STROKE", "effect": "CAUTION", "variants": []}
    (tmp_path / "eligibility").mkdir()
    (tmp_path / "eligibility" / "ours.yaml").write_text(f"[{rule!r}]", "utf-8")
    monkeypatch.setenv("MOORING_CONTENT", str(tmp_path))
    client.force_login(cast.director)
    answer = client.get(f"/knowledge/sign/{cast.site.pk}/")
    assert answer.status_code == 409
    assert "contradicts STROKE@1" in answer.content.decode()
