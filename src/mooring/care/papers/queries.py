"""The letterhead of a site."""

from mooring.care.papers.models import PracticeDetails
from mooring.identity.models import Site
from mooring.work.documents.sheet import letterhead_of


def practice_of(site: Site) -> PracticeDetails | None:
    """What the site wrote last about its name, address and numbers; None where nobody did."""
    return PracticeDetails.objects.filter(site=site).order_by("-id").first()


def letterhead_with_address(site: Site) -> tuple[str, ...]:
    """The site with its address, where it is known."""
    practice = practice_of(site)
    if practice is None:
        return letterhead_of(site)
    fax = (f"Fax {practice.fax}",) if practice.fax else ()
    return (", ".join((practice.legal_name, *practice.address_lines)), *letterhead_of(site), *fax)
