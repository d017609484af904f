"""The acts of this room, a file for what belongs together."""

from mooring.care.papers.actions.batches import draw_batches, start_batch
from mooring.care.papers.actions.issuing import issue_paper, record_trial, send_paper, withdraw_trial
from mooring.care.papers.actions.letterhead import save_practice
from mooring.care.papers.actions.uploading import erase_files, file_upload, photograph_cuff, upload_file

__all__ = [
    "draw_batches",
    "erase_files",
    "file_upload",
    "issue_paper",
    "photograph_cuff",
    "record_trial",
    "save_practice",
    "send_paper",
    "start_batch",
    "upload_file",
    "withdraw_trial",
]
