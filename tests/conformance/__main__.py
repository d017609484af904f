"""`./run conformance`: a badge and a paper of this program, judged by programs that share no code with it.

The badge is verified by JavaScript libraries (Node), the paper by Poppler and qpdf. What is missing is named, and
the answer is then 2; 1 means that something did not verify, or that a forgery did.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBRARIES = (
    "@digitalbazaar/data-integrity@2.5.0",
    "@digitalbazaar/eddsa-jcs-2022-cryptosuite@1.0.0",
    "jsonld-signatures@11.6.0",
)
TOOLS = {"pdfsig": "poppler-utils", "qpdf": "qpdf"}


@dataclass
class Told:
    """What was found, in lines for people; `failed` and `missing` decide the exit code."""

    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def expect(self, name: str, holds: bool) -> None:
        print(f"  {'ok ' if holds else 'NOT'} {name}")
        if not holds:
            self.failed.append(name)

    def lacks(self, what: str) -> None:
        print(f"  ??? {what}")
        self.missing.append(what)


def main() -> int:
    told = Told()
    with tempfile.TemporaryDirectory(prefix="mooring-conformance-") as name:
        folder = Path(name)
        issue(folder)
        print("Badge (Open Badges 3.0, eddsa-jcs-2022), read by Node:")
        check_badges(folder, told)
        print("Paper (PDF/UA-1, PAdES), read by Poppler and qpdf:")
        check_papers(folder, told)
    if told.failed:
        print(f"{len(told.failed)} did not hold.")
        return 1
    print(
        "Everything held."
        if not told.missing
        else "What could be asked held; the rest needs what is named above."
    )
    return 2 if told.missing else 0


def issue(folder: Path) -> None:
    """A certificate issued in a database of its own: `badge.json`, `list.json`, `paper.pdf`."""
    os.environ.update(
        MOORING_HOME=str(folder),
        MOORING_DATABASE_URL=f"sqlite:{folder}/x.sqlite3",
        DJANGO_SETTINGS_MODULE="tests.settings",
    )
    import django

    django.setup()
    from tests.conformance.issuing import issue_into

    issue_into(folder)


def check_badges(folder: Path, told: Told) -> None:
    if not shutil.which("node") or not shutil.which("npm"):
        told.lacks("Node.js 20 or newer with npm (on Debian: apt install nodejs npm)")
        return
    library = folder / "node"
    library.mkdir()
    (library / "package.json").write_text("{}", encoding="utf-8")
    install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *LIBRARIES]
    if subprocess.run(install, cwd=library, capture_output=True, check=False).returncode != 0:
        told.lacks(f"npm to reach its registry, for {', '.join(LIBRARIES)}")
        return
    genuine = [folder / "badge.json", folder / "list.json"]
    forged = [forge(folder / "badge.json", name, change) for name, change in FORGERIES.items()]
    command = ["node", str(HERE / "verify_badge.mjs"), str(library), *map(str, [*genuine, *forged])]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        told.expect(f"the script runs: {answer.stderr.strip()[-500:]}", False)
        return
    answers = json.loads(answer.stdout)
    for path in genuine:
        told.expect(
            " ".join([path.stem, "verifies", *answers[str(path)]["faults"]]), answers[str(path)]["verified"]
        )
    for path in forged:
        told.expect(f"{path.stem} is refused", not answers[str(path)]["verified"])


FORGERIES: dict[str, Callable[[dict[str, dict[str, object]]], object]] = {
    "more credit": lambda said: said["credentialSubject"].update(creditsEarned=50),
    "another name": lambda said: said["credentialSubject"].update(identifier=[]),
    "another day": lambda said: said["proof"].update(created="2020-01-01T00:00:00Z"),
    "no revocation list": lambda said: said.pop("credentialStatus"),
}


def forge(path: Path, name: str, change: Callable[[dict[str, dict[str, object]]], object]) -> Path:
    """A copy of a badge with one thing changed."""
    said = json.loads(path.read_text(encoding="utf-8"))
    change(said)
    forged = path.with_name(f"{name}.json")
    forged.write_text(json.dumps(said), encoding="utf-8")
    return forged


def check_papers(folder: Path, told: Told) -> None:
    lacking = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    if lacking and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *lacking]
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True, check=False)
        subprocess.run(install, capture_output=True, check=False)
    paper = folder / "paper.pdf"
    forged = folder / "forged.pdf"
    data = bytearray(paper.read_bytes())
    data[len(data) // 3] ^= 1
    forged.write_bytes(data)
    if shutil.which("pdfsig"):
        told.expect("the signature is valid and covers the whole document", signature_holds(paper))
        told.expect("one changed byte is noticed", not signature_holds(forged))
    else:
        told.lacks("pdfsig (on Debian: apt install poppler-utils)")
    if shutil.which("pdfinfo"):
        told.expect("the PDF is tagged", "Tagged:          yes" in output("pdfinfo", paper))
    if shutil.which("qpdf"):
        told.expect(
            "qpdf finds no fault in the file",
            "No syntax or stream encoding errors" in output("qpdf", "--check", paper),
        )
    else:
        told.lacks("qpdf (on Debian: apt install qpdf)")


def signature_holds(path: Path) -> bool:
    said = output("pdfsig", "-nocert", path)
    return "Signature is Valid." in said and "Total document signed" in said


def output(*command: str | Path) -> str:
    answer = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    return answer.stdout + answer.stderr


if __name__ == "__main__":
    sys.exit(main())
