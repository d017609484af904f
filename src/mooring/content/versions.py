"""What each version of an item said when it was recorded, so that nothing changes under a number that is in use.

`versions.json` beside the kinds holds a digest for each `id@version`. `mooring content record` adds those that are
new and refuses those that changed; the lint does the same. Who looks at it next, who checked it and when it ends may
change under one version: none of them changes what the item asks of anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from mooring.content.pack import Pack
from mooring.content.schema.base import Item

FILE = "versions.json"
FREE = ("effective_until", "next_review", "checker")
DIGEST_LENGTH = 16


def body_digest(item: Item) -> str:
    """Of everything that an item says, short; `FREE` aside."""
    body = item.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps({key: value for key, value in body.items() if key not in FREE}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def read(root: Path) -> Mapping[str, str]:
    """The recorded digests of one root; empty where it records none."""
    path = root / FILE
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def changed_in_place(pack: Pack, recorded: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Items that say something else than when their version was recorded."""
    for key, item in pack.everything.items():
        if key in recorded and recorded[key] != body_digest(item):
            yield (
                key,
                f"says something else than when {key} was recorded; raise its version, say what `changed`",
            )


def unrecorded(pack: Pack, recorded: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Items of the package that stand in no record yet, where the package keeps one."""
    if recorded:
        for key in pack.everything:
            if ":" not in key and key not in recorded:
                yield key, f"is not in {FILE} yet; record it with `mooring content record`"


def unexplained(pack: Pack) -> Iterator[tuple[str, str]]:
    """Later versions that do not say what changed."""
    for key, item in pack.everything.items():
        if item.version > 1 and not item.changed.strip():
            yield key, "is a later version and does not say what `changed`"


def record(root: Path, pack: Pack) -> tuple[str, ...]:
    """Write the digests of the package's new versions; answers which. `ValueError` for one that changed in place."""
    known = read(root)
    spoiled = [says for _key, says in changed_in_place(pack, known)]
    if spoiled:
        raise ValueError("\n".join(spoiled))
    new = {
        key: body_digest(item) for key, item in pack.everything.items() if ":" not in key and key not in known
    }
    text = json.dumps({**known, **new}, indent=0, sort_keys=True)
    (root / FILE).write_text(f"{text}\n", "utf-8")
    return tuple(new)
