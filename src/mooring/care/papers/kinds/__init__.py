"""Every kind of paper; a new one is a file (or a few lines of one) with a `KindOfPaper`."""

from mooring.care.papers.kinds import money, of_event, of_patient, of_session
from mooring.care.papers.kinds.kind import EVENT, PATIENT, SESSION, KindOfPaper, PaperQuestion, PaperSubject

KINDS: dict[str, KindOfPaper] = {
    kind.code: kind for kind in (*of_session.KINDS, *of_event.KINDS, *money.KINDS, *of_patient.KINDS)
}

__all__ = ["EVENT", "KINDS", "PATIENT", "SESSION", "KindOfPaper", "PaperQuestion", "PaperSubject"]
