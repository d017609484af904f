"""Pages are made without Python searching through all that the process holds, and leave nothing behind."""

import gc
from collections import Counter

import pytest
from django.test import Client

from tests.people import Cast

pytestmark = pytest.mark.once


def test_pages_are_made_with_hardly_a_search(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    assert client.get("/").status_code == 200
    searches: list[int] = []

    def seen(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            searches.append(info["generation"])

    gc.callbacks.append(seen)
    try:
        for _ in range(20):
            assert client.get("/").status_code == 200
    finally:
        gc.callbacks.remove(seen)
    assert len(searches) <= 2
    assert 2 not in searches


def test_pages_leave_nothing_behind(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator)
    pages = ("/", "/care/patients/", f"/care/patients/{cast.patient.pk}/")

    gc.freeze()  # what other tests left is neither counted nor searched through

    def held() -> Counter[str]:
        for page in pages:
            assert client.get(page).status_code == 200
        gc.collect()
        named = (f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
        return Counter(name for name in named if name.startswith(("mooring.", "django.", "allauth.")))

    held()
    before = held()
    for _ in range(5):
        after = held()
    grown = {name: count - before[name] for name, count in after.items() if count - before[name] >= 5}
    assert grown == {}, "at least one object a round stays"
