"""A medical director takes a knowledge pack into use, knowing what it holds and what it changes."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from mooring.audit.models import Event
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.identity.models import SignedPack
from mooring.identity.packs import pack_in_force
from mooring.knowledge.queries.packs import changes_between, shelves_of
from tests.packs import changed, sign_pack_for
from tests.people import PASSWORD, Cast

pytestmark = pytest.mark.django_db


def address(cast: Cast) -> str:
    return f"/knowledge/sign/{cast.site.pk}/"


def typed(**other: object) -> dict[str, object]:
    return {"digest": load().digest, "password": PASSWORD, "once": str(uuid4()), **other}


def test_the_director_signs_the_pack_whole(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    page = client.get(address(cast)).content.decode()
    assert "no pack was signed here before" in page
    assert "Evidence grade" in page
    assert client.post(address(cast), typed()).headers["Location"] == "/knowledge/"
    signed = SignedPack.objects.get()
    assert (signed.site, signed.signed_by, signed.digest) == (cast.site, cast.director, load().digest)
    assert Pack.parse(signed.body).digest == load().digest
    assert pack_in_force(cast.site).everything.keys() == load().everything.keys()
    assert Event.objects.get(name="identity.pack.signed").detail["digest"] == load().digest
    assert "in force here already" in client.get(address(cast)).content.decode()


def test_the_same_pack_is_not_signed_twice(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    client.post(address(cast), typed())
    answer = client.post(address(cast), typed())
    assert answer.status_code == 422
    assert SignedPack.objects.count() == 1


def test_without_the_password_nothing_is_signed(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    assert client.post(address(cast), typed(password="guess")).status_code == 422
    assert not SignedPack.objects.exists()


def test_content_that_changed_meanwhile_is_looked_at_again(client: Client, cast: Cast) -> None:
    client.force_login(cast.director)
    answer = client.post(address(cast), typed(digest="0" * 64))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "The content changed while you read." in text
    assert f'value="{load().digest}"' in text
    assert not SignedPack.objects.exists()


def test_only_the_director_of_the_site_signs(client: Client, cast: Cast) -> None:
    for person in (cast.prescriber, cast.administrator, cast.coordinator):
        client.force_login(person)
        assert client.get(address(cast)).status_code == 403
        assert client.post(address(cast), typed()).status_code == 403
    client.force_login(cast.stranger)
    assert client.post(address(cast), typed()).status_code == 404
    client.force_login(cast.director)
    assert client.get("/knowledge/sign/999999/").status_code == 404
    assert client.get(f"/knowledge/sign/{cast.other_site.pk}/").status_code == 404


def test_what_changes_is_shown_against_the_pack_in_force(client: Client, cast: Cast) -> None:
    pack = load()
    key = next(iter(pack.shelves["protocols"]))
    sign_pack_for(cast, changed(pack, "protocols", key, title="An older name"))
    client.force_login(cast.director)
    page = client.get(address(cast)).content.decode()
    assert "different, same version" in page
    assert key in page
    (change,) = changes_between(pack_in_force(cast.site), pack)
    assert (change.kind, change.key, change.how) == ("protocols", key, "different")


def test_every_item_is_counted_under_its_grade() -> None:
    pack = load()
    shelves = shelves_of(pack)
    assert sum(len(shelf.items) for shelf in shelves) == len(pack.everything)
    assert all(sum(count for _, count in shelf.grades) == len(shelf.items) for shelf in shelves)


def test_broken_content_is_named_and_never_signed(
    client: Client, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "protocols"
    folder.mkdir()
    (folder / "ours.yaml").write_text("- id: harbour:IV\n  version: one\n")
    monkeypatch.setenv("MOORING_CONTENT", str(tmp_path))
    client.force_login(cast.director)
    answer = client.get(address(cast))
    assert answer.status_code == 409
    assert "ours.yaml:" in answer.content.decode()


def test_everyone_reads_what_is_in_force(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    for person in (cast.learner, cast.monitor):
        client.force_login(person)
        page = client.get("/knowledge/").content.decode()
        assert "signed by Amara Nwosu" in page
        assert "Review the next pack" not in page
