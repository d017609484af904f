"""Addresses of this room, under `care/integration/`."""

from django.urls import path

from mooring.care.integration import views
from mooring.care.integration.views import circles

urlpatterns = [
    path("notes/<int:patient_pk>/", views.notes, name="psychotherapy-notes"),
    path("circles/", circles.circles, name="circles"),
    path("circles/<int:pk>/", circles.circle, name="circle"),
    path("cycles/<int:pk>/", views.integration, name="integration"),
    path("cycles/<int:pk>/contact/", views.contact, name="integration-contact"),
    path("cycles/<int:pk>/visit/", views.visit, name="integration-visit"),
    path("cycles/<int:pk>/close/", views.close, name="integration-close"),
]
