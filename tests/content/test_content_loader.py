"""The loader: the package's content loads; every kind of bad file is refused with file, line, expectation."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mooring.content import yaml_text
from mooring.content.loader import PACKAGE_ROOT, ContentRefused, load
from mooring.content.pack import KINDS, Pack
from tests.content.small_package import small_package

GOOD = """\
- id: "clinic:RULE-1"
  version: 1
  title: A rule of this clinic
  group: Own
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  confirm: Something.
  when: stroke is yes
  effect: CAUTION
  override: prescriber
  says: Said.
  asks: Asked.
  evidence: design-default
  basis: Ours.
"""


def site(tmp_path: Path, text: str, kind: str = "eligibility") -> list[Path]:
    (tmp_path / kind).mkdir(parents=True)
    (tmp_path / kind / "own.yaml").write_text(text, "utf-8")
    return [PACKAGE_ROOT, tmp_path]


def beside(small: Path, tmp_path: Path, text: str, kind: str = "eligibility") -> list[Path]:
    return [small, site(tmp_path, text, kind)[1]]


def refused(folders: list[Path]) -> str:
    with pytest.raises(ContentRefused) as caught:
        load(folders)
    return str(caught.value)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_package(tmp_path_factory.mktemp("package"))


def test_the_package_loads_and_survives_being_stored():
    pack = load([PACKAGE_ROOT])
    assert set(pack.shelves) == set(KINDS)
    again = Pack.parse(pack.dump())
    assert again.digest == pack.digest
    assert again.dump() == pack.dump()
    assert dict(again.everything) == dict(pack.everything)


def test_unchanged_files_are_not_read_again():
    assert load([PACKAGE_ROOT]) is load([PACKAGE_ROOT])


def test_a_site_adds_its_own(tmp_path: Path):
    pack = load(site(tmp_path, GOOD))
    assert pack.item("clinic:RULE-1@1").title == "A rule of this clinic"
    assert pack.digest != load([PACKAGE_ROOT]).digest


def test_a_site_never_takes_over_an_item_of_the_package(tmp_path: Path):
    taken = GOOD.replace('"clinic:RULE-1"', "STROKE").replace("version: 1", "version: 2")
    message = refused(site(tmp_path, taken))
    assert "own.yaml:1 (STROKE): an id that begins with the site's name" in message


@pytest.mark.parametrize(
    ("change", "line", "expected"),
    [
        (("effect: CAUTION", "efect: CAUTION"), 11, "no such key is known here"),
        (("effect: CAUTION", "effect: STOP"), 11, "'INFO', 'CAUTION'"),
        (("effective_from: 2026-01-01", "effective_from: 2026-02-30"), 5, "a possible value"),
        (("next_review: 2027-01-01", "next_review: 2025-01-01"), 1, "next_review lies before"),
        (("checker: Dr Two", "checker: dr one"), 1, "someone other than the author"),
        (("when: stroke is yes", "when: stroke is"), 10, "expected a word"),
        (("when: stroke is yes", "when: __import__('os')"), 10, "cannot read"),
        (("  basis: Ours.\n", ""), 1, "says why in `basis`"),
        (("evidence: design-default", "evidence: label"), 1, "needs a source of that kind"),
        (("  says: Said.\n", ""), 1, "this key is missing"),
        (("  says: Said.\n", "  says: Said.\n  says: Twice.\n"), 14, "'says' once, found it twice"),
        (("  says: Said.", "  says: &a Said.\n  note: *a"), 13, "no anchors"),
        (("  says: Said.", "  says: !!python/object/apply:os.system [ls]"), 13, "plain values"),
        (("  basis: Ours.", "  basis: Ours.\n  sources: [{reference: nobody-1999, kind: label}]"), 1, "bibliography"),
    ],
)  # fmt: skip
def test_each_fault_is_refused_with_its_line(
    small: Path, tmp_path: Path, change: tuple[str, str], line: int, expected: str
):
    message = refused(beside(small, tmp_path, GOOD.replace(*change)))
    assert f"own.yaml:{line}" in message
    assert expected in message


def test_a_doubled_version_names_both_places(small: Path, tmp_path: Path):
    assert "it is in" in refused(beside(small, tmp_path, GOOD + GOOD))


def test_a_gap_between_bands_is_refused(small: Path, tmp_path: Path):
    text = (PACKAGE_ROOT / "thresholds" / "adult.yaml").read_text("utf-8")
    text = text.replace("THRESHOLDS-ADULT", '"clinic:T"').replace(
        "least: 165, most: 179", "least: 166, most: 179"
    )
    assert "start one step (1.0) on, found 166" in refused(beside(small, tmp_path, text, "thresholds"))


def test_a_text_that_must_not_ship_is_refused(small: Path, tmp_path: Path):
    text = (PACKAGE_ROOT / "instruments" / "depression.yaml").read_text("utf-8")
    text = text.replace("id: PHQ-9", 'id: "clinic:PHQ-9"').replace(
        "standing: open", "standing: structure only"
    )
    assert "does not allow the text to be shipped" in refused(beside(small, tmp_path, text, "instruments"))


CONSENT = """\
- id: "clinic:CONSENT"
  version: 1
  title: A text of this clinic
  effective_from: 2026-01-01
  next_review: 2027-01-01
  author: Dr One
  checker: Dr Two
  product: esketamine
  route: intranasal
  sections:
  - use: touch
  - {code: ours, heading: Ours, text: Something of ours.}
  evidence: design-default
  basis: Ours.
"""


def test_a_consent_is_composed_of_shared_sections_and_its_own(tmp_path: Path):
    pack = load(site(tmp_path, CONSENT, "consents"))
    shared, own = pack.consents["clinic:CONSENT@1"].sections
    assert shared == next(each for each in pack.consents["CONSENT-IV-KETAMINE@1"].sections if each.choice)
    assert own.text == "Something of ours."
    assert Pack.parse(pack.dump()).consents["clinic:CONSENT@1"].sections == (shared, own)


def test_a_section_that_nobody_wrote_is_refused_with_its_line(small: Path, tmp_path: Path):
    message = refused(beside(small, tmp_path, CONSENT, "consents"))
    assert "own.yaml:11" in message
    assert "a section of `sections/`, found 'touch'" in message


def test_a_site_never_takes_over_a_shared_section(tmp_path: Path):
    mine = "- {code: touch, heading: Touch, text: Anybody touches you.}\n"
    message = refused(site(tmp_path, mine, "sections"))
    assert "own.yaml:1 (touch): a new code; touch exists already" in message


def test_every_fault_of_a_file_is_told_at_once(small: Path, tmp_path: Path):
    faulty = GOOD.replace("effect: CAUTION", "effect: STOP").replace("version: 1", "version: 0")
    message = refused(beside(small, tmp_path, faulty))
    assert len(message.splitlines()) == 2


def test_nesting_without_end_is_refused():
    with pytest.raises(yaml_text.BadYaml, match="levels"):
        yaml_text.read("[" * 500 + "]" * 500)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str):
    try:
        yaml_text.read(text)
    except yaml_text.BadYaml as error:
        line = error.line
    else:
        line = 1
    assert line >= 1


@settings(max_examples=200, deadline=None)
@given(position=st.integers(0, len(GOOD) - 1), junk=st.text(max_size=8))
def test_a_damaged_file_is_loaded_whole_or_refused_whole(
    small: Path, tmp_path_factory: pytest.TempPathFactory, position: int, junk: str
):
    alone = load([small])
    folders = beside(small, tmp_path_factory.mktemp("site"), GOOD[:position] + junk + GOOD[position + 1 :])
    try:
        pack, problems = load(folders), ()
    except ContentRefused as refusal:
        pack, problems = alone, refusal.problems
    own = {key: item for key, item in pack.everything.items() if key not in alone.everything}
    assert len(own) <= 1
    assert dict(pack.everything) == dict(alone.everything) | own
    assert Pack.parse(pack.dump()).dump() == pack.dump()
    assert all(problem.line >= 1 and problem.expected for problem in problems)
    assert load([small]) is alone  # what was read before stands, untouched
