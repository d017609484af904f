"""Paths of papers, under `care/papers/`."""

from django.urls import path

from mooring.care.papers.views import letterhead

urlpatterns = [
    path("sites/<int:pk>/letterhead/", letterhead.letterhead, name="letterhead"),
]
