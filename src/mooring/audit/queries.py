"""Reads over the audit: who opened a record, what was done to it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from mooring.audit.models import Access, AccessSubject, Event


def openings_of(subjects: Iterable[str]) -> "QuerySet[Access]":
    """Every opening that showed one of these records, newest first."""
    shown = AccessSubject.objects.filter(subject__in=tuple(subjects))
    return Access.objects.filter(pk__in=shown.values("access")).order_by("-id")


def events_of(subjects: Iterable[str]) -> "QuerySet[Event]":
    """Everything that was done in these records, newest first."""
    return Event.objects.filter(subject__in=tuple(subjects)).order_by("-id")
