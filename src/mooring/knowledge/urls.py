"""Paths of this floor."""

from django.urls import path

from mooring.knowledge import views

urlpatterns = [
    path("", views.index, name="knowledge"),
    path("sign/<int:pk>/", views.sign, name="knowledge-sign"),
]
