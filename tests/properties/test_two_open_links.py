"""Any two links in one browser, opened, drafted and sent in any order: each form writes where it says (case W1)."""

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.packs import sign_pack_for
from tests.people import Cast
from tests.work.test_two_links import phq9, questionnaire, tab

pytestmark = pytest.mark.django_db

PAIRS = (("Ruth Calloway", "PHQ-9"), ("Owen Castle", "PHQ-9"), ("Ruth Calloway", "GAD-7"))
MOVES = st.permutations([(place, what) for place in (0, 1) for what in ("open", "draft", "send")])


def in_order(moves: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The same moves with each link opened before it is used; a draft may come after the sending, as it does."""
    first = {place: min(at for at, move in enumerate(moves) if move[0] == place) for place in (0, 1)}
    return [
        (place, "open") if at == first[place] else (place, "again" if what == "open" else what)
        for at, (place, what) in enumerate(moves)
    ]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(other=st.sampled_from(PAIRS[1:]), moves=MOVES)
def test_each_form_writes_where_it_says(
    cast: Cast, other: tuple[str, str], moves: list[tuple[int, str]]
) -> None:
    with transaction.atomic():
        sign_pack_for(cast)
        browser = Client()
        asked, links = zip(*(questionnaire(cast, *each) for each in (PAIRS[0], other)), strict=True)
        opened: dict[int, tuple[str, dict[str, str]]] = {}
        for place, what in in_order(moves):
            if what in ("open", "again"):
                if links[place].state == "open" and place not in opened:
                    opened[place] = tab(browser, links[place])
                continue
            address, hidden = opened[place]
            sent = hidden | phq9(str(place + 1))
            browser.post(f"{address}draft/" if what == "draft" else address, sent)
        for place, row in enumerate(asked):
            row.refresh_from_db()
            filled = getattr(row, "filled", None)
            values = set((filled.answers if filled else row.draft or {}).values()) - {0, None, "0", ""}
            assert {float(value) for value in values} <= {float(place + 1)}, "answers of the other form"
        transaction.set_rollback(True)
