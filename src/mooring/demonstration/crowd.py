"""Who stands where: how many patients each story has, and who they are."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, cycle, repeat

from mooring.demonstration.copying import Template, taken_back, tell
from mooring.demonstration.names import character
from mooring.demonstration.staff import Staff
from mooring.demonstration.stories import STORIES, Story
from mooring.demonstration.telling import Character, Teller

WEEKS_BACK = 20
"""A story that lies behind is told again up to so many weeks earlier."""
BETWEEN_PLACES = timedelta(minutes=5)
"""In a group one dose begins so long after the other."""


class Crowd:
    """Tells every story once, and names everybody who lives one."""

    def __init__(self, staff: Staff, now: datetime) -> None:
        self.staff, self.now = staff, now

    def people(self, patients: int) -> Iterator[tuple[Template, Character, timedelta]]:
        """So many patients, and the leads beside them, each with a story and by how much it lies earlier; the same every time."""
        lives = list(lives_of(patients))
        templates = self._templates([story for story in STORIES if story in lives])
        seated: Counter[str] = Counter()
        for number, story in enumerate(lives):
            who = character(number, story, self.now.date())
            weeks = timedelta(weeks=number % WEEKS_BACK if story.past else 0)
            yield templates[story.name], who, weeks + BETWEEN_PLACES * seated[story.name]
            seated[story.name] += story.places > 1

    def _templates(self, stories: list[Story]) -> dict[str, Template]:
        found = {}
        for story in stories:
            who = character(-1 - STORIES.index(story), story, self.now.date())
            with taken_back():
                found[story.name] = tell(
                    story, Teller(self.staff, self.staff.sites[story.site], self.now, who)
                )
        return found


def lives_of(patients: int) -> Iterator[Story]:
    """The stories of so many patients; those in which nobody becomes one come on top."""
    for story in lives_in_order():
        if patients == 0:
            return
        patients -= not story.lead_only
        yield story


def lives_in_order() -> Iterator[Story]:
    """Each story once, in a group once a place, then as many as their shares say, over and over."""
    for story in STORIES:
        yield from repeat(story, story.places)
    crowded = [
        story for turn in range(max(s.share for s in STORIES)) for story in STORIES if story.share > turn
    ]
    for _, story in zip(count(), cycle(crowded), strict=False):
        yield story
