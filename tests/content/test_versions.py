"""What a version says stays so: a changed body under an old number is an error, and every later version says why."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mooring.content import versions
from mooring.content.lint import lint
from mooring.content.loader import PACKAGE_ROOT, Loaded, load, load_with_places
from mooring.content.pack import Pack
from mooring.content.schema.base import Item
from tests.content.small_package import small_package
from tests.content.test_content_lint import DAY
from tests.packs import changed


def found(loaded: Loaded) -> list[str]:
    return [f"{each.item}: {each.says}" for each in lint(loaded, DAY) if each.check == "versions"]


def with_item(loaded: Loaded, kind: str, key: str, **fields: object) -> Loaded:
    return replace(loaded, pack=changed(loaded.pack, kind, key, **fields))


def test_the_package_says_under_each_version_what_it_said() -> None:
    assert not found(load_with_places([PACKAGE_ROOT]))


def test_a_changed_body_under_an_old_version_is_an_error() -> None:
    loaded = load_with_places([PACKAGE_ROOT])
    wider = with_item(loaded, "discharge", "DISCHARGE-CLINIC@2", red_free_min=5)
    assert ["says something else" in each for each in found(wider)] == [True]


def test_a_new_version_is_recorded_and_says_what_changed() -> None:
    loaded = load_with_places([PACKAGE_ROOT])
    silent = with_item(loaded, "discharge", "DISCHARGE-CLINIC@2", version=3, changed="")
    said = found(silent)
    assert any("is not in versions.json yet" in each for each in said)
    assert any("does not say what" in each for each in said)


def test_a_review_date_moves_under_one_version() -> None:
    item: Item = load([PACKAGE_ROOT]).item("DISCHARGE-CLINIC@2")
    later = item.model_copy(update={"next_review": item.next_review.replace(year=2029), "checker": "Dr Two"})
    assert versions.body_digest(later) == versions.body_digest(item)


def test_recording_adds_new_versions_and_refuses_changed_ones(tmp_path: Path) -> None:
    root = small_package(tmp_path / "own")
    pack: Pack = load([root])
    assert versions.record(root, pack) == ("OLD-STROKE@1",)
    assert versions.record(root, pack) == ()
    spoiled = changed(pack, "eligibility", "OLD-STROKE@1", effect="BLOCK")
    with pytest.raises(ValueError, match="OLD-STROKE@1"):
        versions.record(root, spoiled)
    assert list(json.loads((root / versions.FILE).read_text())) == ["OLD-STROKE@1"]
