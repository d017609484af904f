"""What stands on a site's papers."""

from datetime import datetime

from mooring.audit.recording import note, recorded
from mooring.care.papers.models import PracticeDetails
from mooring.identity.models import Person


@recorded("care.papers.letterhead-saved")
def save_practice(*, details: PracticeDetails, by: Person, at: datetime) -> PracticeDetails:
    """Save an unsaved row of details; papers that were issued before keep what stood on them."""
    details.by, details.at = by, at
    details.save(force_insert=True)
    note(target=details, site=details.site_id)
    return details
