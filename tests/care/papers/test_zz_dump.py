from pathlib import Path

import pytest

from mooring.care.papers.actions import save_practice
from mooring.care.papers.kinds import KINDS, SESSION
from mooring.care.papers.models import PracticeDetails
from mooring.work.documents.sheet import drawn_sheet
from tests.care.papers.test_papers import made, session_of
from tests.people import NOW

pytestmark = pytest.mark.django_db


def test_dump(cast):
    session = session_of(cast)
    save_practice(
        details=PracticeDetails(
            site=cast.site,
            legal_name="Elm Quay LLC",
            address_1="1 Quay Street",
            city="Portland",
            region="OR",
            postcode="97201",
            fax="+1 503 555 0101",
            tax_number="00-0000000",
        ),
        by=cast.director,
        at=NOW,
    )
    for code, kind in KINDS.items():
        Path(f"/tmp/k/papers/pdf/{code}.pdf").write_bytes(
            drawn_sheet(made(cast, code, session if kind.about == SESSION else None))
        )
