"""A table on a paper: no word is broken that fits, and what is long takes lines, not the other columns' room."""

from mooring.work.documents.sheet import SheetSection

WORDS = ("Container", "Entry", "Volume", "Patient, or supplier with number", "Manner of disposal")
ROW = ("4417B-01", "Received", "10\u00a0mL", "Harbour Wholesale; 1 Dock Street, Portland OR; RH0000001", "")


def test_each_column_has_room_for_its_longest_word() -> None:
    section = SheetSection("", (), (), WORDS, (ROW,) * 3)
    letters = [share * 96 / 100 for share in section.shares]
    for width, head, cell in zip(letters, WORDS, ROW, strict=True):
        assert width >= max(len(word) for word in (*head.split(" "), *cell.split(" "))), head
    assert abs(sum(section.shares) - 100) < 1


def test_a_digest_does_not_push_the_others_off_the_page() -> None:
    section = SheetSection("", (), (), ("Digest", "Line"), (("a" * 64, "1"),))
    assert section.shares[1] > 10


def test_a_table_without_rows_has_columns() -> None:
    assert len(SheetSection("", (), (), ("To", "When"), ()).shares) == 2
