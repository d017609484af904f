"""What a worker reads in while nobody waits, so that the first reader does not."""

import time

from django.conf import settings
from django.db import connection
from django.utils import timezone

from mooring.academy.checks.views.lesson import rendered
from mooring.academy.checks.views.placing import opening
from mooring.academy.courses.queries import catalogue, parsed
from mooring.evidence.trials import comparable
from mooring.identity.models import Site
from mooring.identity.packs import newest_signed_pack, pack_in_force
from mooring.knowledge.queries.indications import INDICATIONS
from mooring.knowledge.queries.pooled import pool_once

COURSES = 20
BREATH_S = 0.2  # between two lessons, so that pages are answered meanwhile


def read_ahead(*, breath_s: float = BREATH_S) -> int:
    """Have the trials of the packs in force pooled, render lessons of the catalogue's first courses; how many."""
    read = 0
    try:
        for site in Site.objects.order_by("pk"):
            _pool_trials(site)
        for version in catalogue()[:COURSES]:
            for lesson in parsed(version).lessons.values():
                rendered(lesson, settings.LANGUAGE_CODE)
                for explorable in lesson.embedded("explorable"):
                    opening(version.pk, explorable, settings.LANGUAGE_CODE)
                read += 1
                time.sleep(breath_s)
    finally:
        connection.close()
    return read


def _pool_trials(site: Site) -> None:
    """What the indications' pages show of the site's trials; a process of its own computes it, once."""
    if newest_signed_pack(site) is None:
        return
    pack, today = pack_in_force(site), site.today(timezone.now())
    for _words, indication in INDICATIONS.values():
        comparable(
            [trial for trial in pack.trials.in_force(today) if trial.indication == indication],
            pool_sets=pool_once,
        )
