"""Reads over the audit: who opened a record, what was done to it."""

from django.db.models import QuerySet

from mooring.audit.models import Access, Event


def openings_of(subject: str) -> "QuerySet[Access]":
    """Every opening that showed this record, newest first."""
    return Access.objects.filter(subjects__subject=subject).order_by("-id")


def events_of(subject: str) -> "QuerySet[Event]":
    """Everything that was done in this record, newest first."""
    return Event.objects.filter(subject=subject).order_by("-id")
