"""Paths of patients' records."""

urlpatterns: list[object] = []
