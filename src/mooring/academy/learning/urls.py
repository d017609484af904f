"""Paths of a learner's courses, under `/academy/learning/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
