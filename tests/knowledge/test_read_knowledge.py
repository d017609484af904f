"""Anyone who is signed in reads what is in force, every kind and every item, with its source and standing."""

from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mooring.content.loader import load
from mooring.content.pack import KINDS, Pack
from mooring.content.schema.eligibility import EligibilityRule
from mooring.knowledge.templatetags.knowledge_words import trigger_words
from tests.packs import changed, sign_pack_for
from tests.people import NOW, Cast

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def address_of(pack: Pack, key: str) -> str:
    return f"/knowledge/{pack.kind_of(key)}/{key}/"


def older(pack: Pack, key: str) -> Pack:
    """The pack as it was before `key` was written anew: an earlier version stands beside nothing."""
    return changed(pack, "eligibility", key, says="An earlier wording.")


# Two hundred pages of one pack, read by one statement, which the tests below send on PostgreSQL, too.
@pytest.mark.once
def test_every_kind_and_its_items_have_pages(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.learner)
    pack = load()
    for kind in KINDS:
        listed = read(client, f"/knowledge/{kind}/")
        assert all(key in listed for key in pack.shelves[kind])
    for key, item in [pair for shelf in pack.shelves.values() for pair in list(shelf.items())[:4]]:
        page = read(client, address_of(pack, key))
        assert item.checker in page
        assert "Not signed here" not in page


def test_the_front_page_counts_and_says_what_is_in_force(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.monitor)
    page = read(client, "/knowledge/")
    assert load().digest[:12] in page
    assert "nothing waits for a signature" in page
    assert f">{len(load().everything)}<" in page
    assert all(f'href="/knowledge/{kind}/"' in page for kind in KINDS)


def test_newer_unsigned_content_is_said_loudly(client: Client, cast: Cast) -> None:
    sign_pack_for(cast, older(load(), "HTN@1"))
    client.force_login(cast.prescriber)
    assert "Newer content is packaged and not signed." in read(client, "/knowledge/")
    page = read(client, "/knowledge/eligibility/HTN@1/")
    assert "An earlier wording." in page
    assert "differs and waits for a signature" in page


def test_without_a_signature_nothing_is_called_in_force(client: Client, cast: Cast) -> None:
    client.force_login(cast.prescriber)
    assert "in force nowhere" in read(client, "/knowledge/")
    assert "Not signed here." in read(client, "/knowledge/eligibility/HTN@1/")


def test_a_symptom_says_how_often_it_was_seen_and_by_whom(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.monitor)
    page = read(client, "/knowledge/symptoms/SYM-DETACHED@1/")
    assert "How often it was seen" in page
    assert "346 people" in page
    assert "Janik" in page
    assert "How often it was seen" not in read(client, "/knowledge/symptoms/SYM-LARYNGOSPASM@1/")


def test_an_unsigned_emergency_script_is_an_example(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    script = next(iter(load().scripts))
    address = f"/knowledge/scripts/{script}/"
    page = read(client, address)
    assert "Example, not approved." in page
    assert "call the emergency services first" in page
    sign_pack_for(cast)
    assert "Example, not approved." not in read(client, address)


def test_what_changed_between_versions_is_told(client: Client, cast: Cast) -> None:
    pack = load()
    first = pack.eligibility["HTN@1"]
    second = first.model_copy(
        update={
            "version": 2,
            "effect": "BLOCK",
            "changed": "Weighs more.",
            "effective_from": date(2026, 6, 1),
        }
    )
    ended = first.model_copy(update={"effective_until": date(2026, 5, 31)})
    shelf = {**pack.shelves["eligibility"], "HTN@1": ended, "HTN@2": second}
    sign_pack_for(cast, Pack(pack.data, {**pack.shelves, "eligibility": shelf}, pack.references, pack.engine))
    client.force_login(cast.prescriber)
    page = read(client, "/knowledge/eligibility/HTN@2/")
    assert "Weighs more." in page
    assert "<del>CAUTION</del> → <ins>BLOCK</ins>" in page
    assert "No longer in force." in read(client, "/knowledge/eligibility/HTN@1/")


def test_a_version_of_an_earlier_signed_pack_is_still_found(client: Client, cast: Cast) -> None:
    pack = load()
    sign_pack_for(cast, older(pack, "HTN@1"), at=NOW - timedelta(days=90))
    second = pack.eligibility["HTN@1"].model_copy(
        update={"version": 2, "effect": "BLOCK", "changed": "Weighs more."}
    )
    kept = {key: item for key, item in pack.shelves["eligibility"].items() if key != "HTN@1"}
    shelves = {**pack.shelves, "eligibility": {**kept, "HTN@2": second}}
    sign_pack_for(cast, Pack(pack.data, shelves, pack.references, pack.engine))
    client.force_login(cast.prescriber)
    with mock.patch(
        "mooring.knowledge.queries.reading.load", return_value=Pack(pack.data, shelves, pack.references)
    ):
        page = read(client, "/knowledge/eligibility/HTN@1/")
        newer = read(client, "/knowledge/eligibility/HTN@2/")
    assert "An earlier wording." in page
    assert "An earlier pack." in page
    assert "Not signed here" not in page
    assert "<del>CAUTION</del> → <ins>BLOCK</ins>" in newer
    assert 'href="/knowledge/eligibility/HTN@1/"' in newer


def test_another_sites_earlier_pack_is_not_found(client: Client, cast: Cast) -> None:
    pack = load()
    sign_pack_for(cast, changed(pack, "eligibility", "HTN@1", id="elm-quay:OWN"))
    client.force_login(cast.prescriber)
    assert "elm-quay:OWN@1" in read(client, "/knowledge/eligibility/elm-quay:OWN@1/")
    client.force_login(cast.stranger)
    assert client.get("/knowledge/eligibility/elm-quay:OWN@1/").status_code == 404


def test_an_instrument_whose_text_may_not_ship_says_so(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.therapist)
    kept = next(each for each in load().instruments.values() if not each.licence.may_ship_text)
    assert "The text may not be shipped." in read(client, f"/knowledge/instruments/{kept.key}/")
    assert "Feeling down" in read(client, "/knowledge/instruments/PHQ-9@1/")


def test_a_protocol_says_whether_a_dose_can_be_ordered_under_it(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    closed = read(client, "/knowledge/protocols/IV-PTSD-6@1/")
    assert "no ceiling in milligrams" in closed
    assert "The medical director signs the site" in closed
    assert "What stands in the way" not in read(client, "/knowledge/protocols/IV-STD-6@1/")


def test_a_stored_rule_opens_down_to_its_item(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    for name in ("HTN@1", "HTN"):
        answer = client.get(f"/knowledge/item/{name}/")
        assert answer.headers["Location"] == "/knowledge/eligibility/HTN@1/"


@pytest.mark.parametrize(
    "path",
    ["nothing/", "eligibility/HTN@99/", "protocols/HTN@1/", "item/NOPE@1/", "eligibility/<script>@1/"],
)
def test_what_does_not_exist_is_not_found(client: Client, cast: Cast, path: str) -> None:
    client.force_login(cast.prescriber)
    assert client.get(f"/knowledge/{path}").status_code == 404


def test_a_long_list_asks_the_database_no_more_than_a_short_one(client: Client, cast: Cast) -> None:
    sign_pack_for(cast)
    client.force_login(cast.prescriber)
    asked = []
    for kind in ("thresholds", "eligibility", "symptoms"):
        read(client, f"/knowledge/{kind}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(client, f"/knowledge/{kind}/")
        asked.append(len(queries))
    assert len(set(asked)) == 1


def test_every_trigger_is_told_in_the_dictionarys_words() -> None:
    pack = load()
    for rule in pack.eligibility.values():
        assert isinstance(rule, EligibilityRule)
        said = trigger_words(rule.when, pack.data)
        assert not any(key in said for key in pack.data if "_" in key), said
    assert trigger_words("a_b > 3 and not (c is yes)", {}) == "a b above 3; and not (c: yes)"
    assert trigger_words("hours since last_food < 4", pack.data) == "Last food: less than 4 hours ago"
