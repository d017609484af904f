"""The tables of this room."""

from mooring.care.papers.models.batches import BatchPaper, PaperBatch
from mooring.care.papers.models.issued import EarlierTreatment, IssuedPaper, PracticeDetails, Response
from mooring.care.papers.models.uploads import UploadedContent, UploadedFile, UploadKind

__all__ = [
    "BatchPaper",
    "EarlierTreatment",
    "IssuedPaper",
    "PaperBatch",
    "PracticeDetails",
    "Response",
    "UploadKind",
    "UploadedContent",
    "UploadedFile",
]
