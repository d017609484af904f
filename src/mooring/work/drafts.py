"""Drafts of forms that are filled over some minutes: one way to save them, for every room.

A page saves its draft while somebody types, and sends the whole form at the end. Two pages that are open on the
same form must not overwrite each other unseen; one page must never be refused because of itself. So the row
holds which page saved last (`draft_page`, the form's own key) beside the count of saves (`revision`):

- phone: draft saved (revision 0 → 1), the answer is lost in a tunnel; phone sends with revision 0. The page is
  the one that saved last, so it is taken.
- tablet: opened at revision 0, sends after the phone saved. Another page, another revision: refused, unless
  what the phone saved is all contained in what the tablet sends, since then nothing is lost.

A model that has drafts has these four fields: `draft` (JSON), `draft_saved_at`, `draft_page` and `revision`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from mooring.rules.verdict import Refused


class Drafted(Protocol):
    """A row with a draft."""

    draft: Any
    revision: int

    def refresh_from_db(self) -> None: ...


class ChangedElsewhere(Refused):
    """Another page saved other answers meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "These answers were changed in another window or on another device. Your answers here are not "
                "saved yet. Check them and send them again to replace the others."
            )
        )


class NoLongerOpen(Refused):
    """The form was sent or withdrawn: there is nothing to save a draft for."""

    def __init__(self) -> None:
        super().__init__(_("This form was already sent or is no longer needed."))


def save_draft(
    rows: "models.QuerySet[Any]",
    row: Drafted,
    answers: Mapping[str, Any],
    *,
    revision: int,
    page: str,
    at: datetime,
) -> None:
    """Save `answers` as the draft of `row`, which must be among `rows` (those that are still open).

    `revision` is the count of saves that the page knew, `page` the key of the page. Raises `ChangedElsewhere`
    when another page saved something that `answers` lacks, `NoLongerOpen` when the row is no more among `rows`.
    """
    saved = {"draft": dict(answers), "draft_saved_at": at, "draft_page": page, "revision": F("revision") + 1}
    own = Q(revision=revision) | (Q(draft_page=page) & ~Q(draft_page=""))
    if rows.filter(own).update(**saved) != 1:
        row.refresh_from_db()
        lost = [code for code, value in row.draft.items() if answers.get(code) != value]
        if not rows.exists():
            raise NoLongerOpen
        if lost or rows.filter(revision=row.revision).update(**saved) != 1:
            raise ChangedElsewhere
    row.refresh_from_db()
