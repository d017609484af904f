"""Signed knowledge packs and credentials for tests: the package's own content, or that content changed."""

from datetime import datetime, timedelta
from typing import Any

from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.identity.models import Credential, Person, SignedPack
from tests.people import NOW, Cast
from tests.told import told

LONG_AGO = NOW - timedelta(days=60)


@told
def sign_pack_for(cast: Cast, pack: Pack | None = None, at: datetime = LONG_AGO) -> SignedPack:
    """The director of the cast signed `pack` (the package's own content unless given) for the site."""
    signed = pack or load()
    return SignedPack.objects.create(
        site=cast.site,
        digest=signed.digest,
        body=signed.dump(),
        engine_version="test",
        signed_by=cast.director,
        signed_at=at,
    )


def changed(pack: Pack, kind: str, key: str, **fields: Any) -> Pack:
    """`pack` with some fields of one item changed; the item stands under its new `id@version`."""
    item = pack.shelves[kind][key].model_copy(update=fields)
    shelf = {each: other for each, other in pack.shelves[kind].items() if each != key}
    return Pack(
        data=pack.data,
        shelves={**pack.shelves, kind: {**shelf, item.key: item}},
        references=pack.references,
        engine=pack.engine,
    )


def grant(person: Person, *kinds: str) -> None:
    """Credentials that hold around the day of the tests."""
    for kind in kinds:
        Credential.objects.create(
            person=person,
            kind=kind,
            issuer="State board",
            valid_from=LONG_AGO.date() - timedelta(days=300),
            valid_until=NOW.date() + timedelta(days=300),
            source="recorded",
        )
