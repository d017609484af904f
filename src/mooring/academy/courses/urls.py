"""Paths of the catalogue, under `/academy/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
