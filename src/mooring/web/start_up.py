"""What must be true before anything is served, each fault named with its remedy."""

from mooring.audit import guards
from mooring.identity.models import Site
from mooring.identity.packs import newest_signed_pack
from mooring.knowledge.queries.packs import content_faults
from mooring.sentences.times import full_day_words
from mooring.web.private_files import private_files
from mooring.work.installation import require_same_secret_key
from mooring.work.mistakes import Mistake
from mooring.work.models import Installation
from mooring.work.schema import damaged_pages, migrations_missing, require_kind, require_no_newer


def require_ready(*, demonstration: bool) -> None:
    """Refuse to start on a database that is not ready, or not of the kind that was asked for."""
    missing = migrations_missing()
    if missing:
        raise Mistake(
            f"The database is missing {len(missing)} changes, first {missing[0]}. Run `mooring migrate`."
        )
    require_no_newer()
    damaged = damaged_pages()
    if damaged:
        raise Mistake(
            f"The database file is damaged: {damaged}. Stop here, keep the file, and restore the last backup "
            "(docs/operations/incident.md)."
        )
    lost = guards.missing("default")
    if lost:
        table, act = lost[0]
        raise Mistake(
            f"The table {table} has lost its guard against {act}. Run `mooring migrate`, which puts it "
            "back, then `mooring audit verify`."
        )
    open_to_others = next((finding.wrong for finding in private_files() if finding.wrong), "")
    if open_to_others and not demonstration:
        raise Mistake(f"Files of this installation are not for their owner alone: {open_to_others}.")
    installation = Installation.objects.first()
    if installation is None:
        raise Mistake("Nothing is set up here yet. Run `mooring setup`, or `mooring demo` to look around.")
    require_kind(installation, demonstration=demonstration)
    require_same_secret_key(installation)


def content_said() -> list[str]:
    """What the start says of the knowledge: nothing where its files load, else every fault, and what goes on."""
    faults = content_faults()
    if not faults:
        return []
    signed = [(site, newest_signed_pack(site)) for site in Site.objects.order_by("name")]
    goes_on = [
        f"  {site}: continues with pack {pack.digest[:12]}, signed {full_day_words(pack.signed_at)} by {pack.signed_by}."
        if pack
        else f"  {site}: has no signed pack, so no patient is screened or dosed there."
        for site, pack in signed
    ]
    return ["THE CONTENT FILES ARE REFUSED; NOTHING OF THEM IS LOADED.", *faults, *goes_on]
