"""The knowledge that a site works under: the pack its medical director signed last."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.translation import gettext as _

from mooring.audit.prepared import Prepared
from mooring.content.pack import Pack
from mooring.identity.models import Programme, SignedPack, Site
from mooring.rules.requirements import titles
from mooring.rules.screening import Setting
from mooring.rules.verdict import Refused

SIGNED_LAST = Prepared(
    lambda keys, moments: (
        SignedPack.objects.filter(site__in=keys).order_by("-signed_at", "-id").values_list("digest", "pk")[:1]
    )
)


NEWEST = Prepared(
    lambda keys, moments: SignedPack.objects.filter(site__in=keys).order_by("-signed_at", "-id")[:1]
)


def newest_signed_pack(site: Site) -> SignedPack | None:
    return next(iter(NEWEST.records((site.pk,))), None)


def newest_pack_with(site: Site, key: str) -> SignedPack | None:
    """The newest pack ever signed here that holds the item `id@version`."""
    holding = SignedPack.objects.filter(site=site, body__contains=f'"{key}":')
    return holding.select_related("signed_by").order_by("-signed_at", "-id").first()


def signed_pack_in_force(site: Site) -> SignedPack:
    """The pack that the medical director signed last; refused when there is none."""
    signed = newest_signed_pack(site)
    if signed is None:
        raise Refused(
            _("{site} has no signed knowledge pack. The medical director signs one under Knowledge.").format(
                site=site
            )
        )
    return signed


def pack_in_force(site: Site) -> Pack:
    """The pack that was signed last, as data. Every gate asks for it, so its statement is prepared."""
    for digest, pk in SIGNED_LAST.rows((site.pk,)):
        return pack_stored(digest, pk)
    return parsed(signed_pack_in_force(site))


def credential_kinds(sites: Iterable[Site]) -> dict[str, str]:
    """Code and title of every credential that the signed knowledge of these sites asks for."""
    found: dict[str, str] = {}
    for site in sites:
        try:
            pack = pack_in_force(site)
        except Refused:
            continue
        found = {**titles(pack.requirements.values()), **found}
    return dict(sorted(found.items()))


def parsed(signed: SignedPack) -> Pack:
    """The pack as data; each digest is parsed once in a process."""
    return pack_stored(signed.digest, signed.pk)


@lru_cache(maxsize=8)
def pack_stored(digest: str, pk: int) -> Pack:
    """The same by its digest and its key, for who has not read the row."""
    return Pack.parse(SignedPack.objects.get(pk=pk).body)


def setting_of(site: Site) -> Setting:
    """What the site usually gives, where and how: by its programme an infusion in the clinic, or a tablet at home."""
    if site.programme == Programme.SUPERVISED_AT_HOME:
        return Setting(route="sublingual", jurisdiction=site.jurisdiction, setting="at-home")
    return Setting(jurisdiction=site.jurisdiction)
