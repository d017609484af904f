"""Seal what leaves the machine to somebody's public key, in the format of age: the `age` program opens it, too.

Whoever makes backups holds the public key (`age1…`) alone and cannot open what was sealed before. The private key
(`AGE-SECRET-KEY-1…`) lies away from the server, in a file as `age-keygen` writes it.
"""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pyrage

from mooring.work.mistakes import Mistake

ENDING = ".age"
ARCHIVE = f".tar{ENDING}"
PRIVATE_KEY = "AGE-SECRET-KEY-"


def seal_to(recipient: str, secret: bytes) -> bytes:
    """Seal `secret` to the recipient's public key."""
    sealed: bytes = pyrage.encrypt(secret, [pyrage.x25519.Recipient.from_str(recipient)])
    return sealed


def open_sealed(identity: str, sealed: bytes) -> bytes:
    """Open with the private key; `ValueError` for another key or altered bytes."""
    try:
        opened: bytes = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise ValueError(f"sealed to another key, or altered ({error})") from error
    return opened


def read_identity(file: Path) -> str:
    """The private key in a file, which may hold comments as `age-keygen` writes them."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Mistake(f"{file} cannot be read: {error}.") from error
    for line in lines:
        if line.startswith(PRIVATE_KEY):
            return line.strip()
    raise Mistake(f"{file} holds no private key: a line that starts with {PRIVATE_KEY}.")


def seal_folder(folder: Path, recipient: str) -> Path:
    """One sealed archive of a folder, beside it and for its owner alone; the folder stays. A half is never left."""
    target = folder.with_name(folder.name + ARCHIVE)
    if target.exists():
        raise Mistake(f"{target} is there already.")
    half, plain = target.with_name(f"{target.name}.half"), folder.with_name(folder.name + ".tar.half")
    try:
        _private(plain)
        with tarfile.open(plain, "w") as archive:
            archive.add(folder, arcname=folder.name)
        _private(half)
        pyrage.encrypt_file(str(plain), str(half), [pyrage.x25519.Recipient.from_str(recipient)])
        half.rename(target)
    finally:
        plain.unlink(missing_ok=True)
        half.unlink(missing_ok=True)
    return target


def _private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def unsealed(place: Path, identity: Path | None) -> Iterator[Path]:
    """The folder of a backup or an export: `place` itself, or what its sealed archive holds, opened for this while."""
    if place.is_dir() or not place.name.endswith(ENDING):
        yield place
        return
    if identity is None:
        raise Mistake(f"{place} is sealed. Give --identity FILE with the private key.")
    with tempfile.TemporaryDirectory(prefix="mooring-opened-") as name:
        plain = Path(name) / "archive.tar"
        try:
            key = pyrage.x25519.Identity.from_str(read_identity(identity))
            pyrage.decrypt_file(str(place), str(plain), [key])
        except (OSError, pyrage.DecryptError, pyrage.IdentityError) as error:
            raise Mistake(f"{identity} does not open {place}: {error}.") from error
        with tarfile.open(plain) as archive:
            _extract(archive, Path(name) / "opened")
        plain.unlink()
        yield next((Path(name) / "opened").iterdir())


def _extract(archive: tarfile.TarFile, into: Path) -> None:
    """Files and folders alone, none of them outside `into`; tarfile's own filter is not in Debian 12's Python."""
    into.mkdir()
    for member in archive:
        place = PurePosixPath(member.name)
        if place.is_absolute() or ".." in place.parts or not (member.isdir() or member.isfile()):
            raise Mistake(f"The archive holds {member.name}, which no backup and no export of Mooring holds.")
        content = archive.extractfile(member)
        if content is None:
            (into / place).mkdir(parents=True, exist_ok=True)
            continue
        (into / place).parent.mkdir(parents=True, exist_ok=True)
        with content, (into / place).open("wb") as file:
            shutil.copyfileobj(content, file)


def new_pair() -> tuple[str, str]:
    """A private and a public key, as text."""
    private = pyrage.x25519.Identity.generate()
    return str(private), str(private.to_public())
