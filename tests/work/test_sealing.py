"""What is sealed opens as the folder it was, and what no folder of ours holds is refused."""

import io
import tarfile
from pathlib import Path

import pyrage
import pytest

from mooring.work.mistakes import Mistake
from mooring.work.sealing import ARCHIVE, new_pair, seal_folder, unsealed

pytestmark = pytest.mark.pure


def test_a_sealed_folder_opens_as_it_was(tmp_path: Path) -> None:
    private, public = new_pair()
    key, folder = tmp_path / "key", tmp_path / "export"
    key.write_text(private)
    (folder / "rows" / "none").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    (folder / "rows" / "care.jsonl").write_bytes(b"\x00one\n" * 100_000)
    with unsealed(seal_folder(folder, public), key) as opened:
        assert opened.name == "export"
        for each in folder.rglob("*"):
            again = opened / each.relative_to(folder)
            assert again.is_dir() if each.is_dir() else again.read_bytes() == each.read_bytes()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("../outside", tarfile.REGTYPE), ("/outside", tarfile.REGTYPE), ("export/link", tarfile.SYMTYPE)],
)
def test_an_archive_that_reaches_outside_of_its_folder_is_refused(
    tmp_path: Path, name: str, kind: bytes
) -> None:
    private, public = new_pair()
    key, plain, sealed = tmp_path / "key", tmp_path / "plain.tar", tmp_path / f"made{ARCHIVE}"
    key.write_text(private)
    with tarfile.open(plain, "w") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, "/etc/hostname" if kind == tarfile.SYMTYPE else ""
        archive.addfile(member, io.BytesIO())
    pyrage.encrypt_file(str(plain), str(sealed), [pyrage.x25519.Recipient.from_str(public)])
    with pytest.raises(Mistake, match="no backup and no export"), unsealed(sealed, key):
        pass
