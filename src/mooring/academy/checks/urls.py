"""Paths of the player, under `/academy/`."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
