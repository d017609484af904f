"""Where a law applies."""

import pytest

from mooring.content.jurisdictions import EUROPEAN_UNION, within


@pytest.mark.parametrize(
    ("site", "wider", "inside"),
    [
        ("US-OR", "US", True), ("US", "US-OR", False), ("PT", "EU", True), ("CH", "EU", False), ("GB", "EU", False),
        ("GB-SCT", "UK", True), ("UK", "GB", True), ("", "US", False), ("us-or", "US", True), ("USA", "US", False),
    ],
)  # fmt: skip
def test_within(site: str, wider: str, inside: bool):
    assert within(site, [wider]) == inside


def test_the_union_has_27_members():
    assert len(EUROPEAN_UNION) == 27
