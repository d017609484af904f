"""The sessions that go on now, on the first page of those who read them; the open page asks again and sounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from mooring.care.floor.access import is_same_opening, opening_of
from mooring.care.floor.queries import BoardRow, Urgency, board_rows
from mooring.care.sessions.queries import open_groups
from mooring.identity.models import Person
from mooring.identity.roles import Permission, Reach


@dataclass(frozen=True)
class SessionsNow:
    """The rooms of every site whose board this person may see, in the board's words."""

    person: Person
    sites: list[int]
    rows: list[BoardRow]
    groups: Sequence[object]

    @property
    def pressing(self) -> int:
        return sum(row.pressing for row in self.rows)

    @property
    def reds(self) -> int:
        return sum(row.urgency in (Urgency.EMERGENCY, Urgency.ALERT) for row in self.rows)

    @property
    def calls(self) -> int:
        return sum(row.urgency == Urgency.CALL for row in self.rows)

    @property
    def ambers(self) -> int:
        return sum(row.urgency == Urgency.OVERDUE for row in self.rows)

    @cached_property
    def openings(self) -> dict[int, str]:
        """By site, the mark with which this page's streams get in and its rooms are asked again."""
        return {site: opening_of(self.person, site) for site in self.sites}

    @property
    def again(self) -> str:
        return f"{reverse('my-work')}?opening={self.openings[self.sites[0]]}" if self.sites else ""

    def is_asked_again(self, opening: str) -> bool:
        """Whether the page that asks was opened, and recorded, before."""
        return bool(self.sites) and is_same_opening(self.person, self.sites[0], opening)


def sessions_now(person: Person, at: datetime) -> SessionsNow:
    """As many statements for fifty sessions as for one."""
    sites = sorted(person.sites_where(Permission.SESSIONS_READ, Reach.SITE))
    known = {held.site_id: held.site for held in person.standing}
    rows = board_rows([known[site] for site in sites], at)
    return SessionsNow(person, sites, rows, open_groups(sites) if rows else [])
