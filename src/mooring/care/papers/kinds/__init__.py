"""Every kind of paper; a new one is a file (or a few lines of one) with a `KindOfPaper`."""

from mooring.care.papers.kinds import adverse_event, money, of_patient, of_session
from mooring.care.papers.kinds.kind import PATIENT, SESSION, KindOfPaper, PaperQuestion, PaperSubject

KINDS: dict[str, KindOfPaper] = {
    kind.code: kind for kind in (*of_session.KINDS, *adverse_event.KINDS, *money.KINDS, *of_patient.KINDS)
}

__all__ = ["KINDS", "PATIENT", "SESSION", "KindOfPaper", "PaperQuestion", "PaperSubject"]
