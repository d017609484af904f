"""Pages are made without Python searching through all that the process holds."""

import gc

from django.test import Client

from tests.people import Cast


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
    assert len(searches) <= 1
