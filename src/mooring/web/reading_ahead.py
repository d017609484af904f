"""What a worker reads in while nobody waits, so that the first reader does not."""

import importlib
import time

from django.conf import settings
from django.db import connection

from mooring.academy.checks.views.lesson import opening, rendered
from mooring.academy.courses.queries import catalogue, parsed

SLOW_TO_READ_IN = "statsmodels.stats.meta_analysis"  # three seconds, for the first page with a pooled plot
COURSES = 20
BREATH_S = 0.2  # between two lessons, so that pages are answered meanwhile


def read_ahead(*, breath_s: float = BREATH_S) -> int:
    """Read in the statistics and render the lessons of the catalogue's first courses; answers how many."""
    importlib.import_module(SLOW_TO_READ_IN)
    read = 0
    try:
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
