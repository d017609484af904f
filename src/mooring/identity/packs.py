"""The knowledge that a site works under: the pack its medical director signed last."""

from functools import lru_cache

from mooring.content.pack import Pack
from mooring.identity.models import SignedPack, Site
from mooring.rules.verdict import Refused


def signed_pack_in_force(site: Site) -> SignedPack:
    """The pack that the medical director signed last; refused when there is none."""
    signed = SignedPack.objects.filter(site=site).order_by("-signed_at", "-id").first()
    if signed is None:
        raise Refused(f"{site} has no signed knowledge pack. The medical director signs one under Knowledge.")
    return signed


def pack_in_force(site: Site) -> Pack:
    return parsed(signed_pack_in_force(site))


def parsed(signed: SignedPack) -> Pack:
    """The pack as data; each digest is parsed once in a process."""
    return _parse(signed.digest, signed.pk)


@lru_cache(maxsize=8)
def _parse(digest: str, pk: int) -> Pack:
    return Pack.parse(SignedPack.objects.get(pk=pk).body)
