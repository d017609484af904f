"""Paths of this floor."""

from django.urls import path

from mooring.lab import views

urlpatterns = [path("", views.index, name="lab")]
