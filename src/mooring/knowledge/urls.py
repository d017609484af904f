"""Paths of this floor."""

from django.urls import path

from mooring.knowledge import views

urlpatterns = [path("", views.index, name="knowledge")]
