"""Addresses of this room, under `care/integration/`."""

from django.urls import path

from mooring.care.integration import views
from mooring.care.integration.views import circles, practices

urlpatterns = [
    path("notes/<int:patient_pk>/", views.notes, name="psychotherapy-notes"),
    path("practices/of/<int:patient_pk>/", practices.of_patient, name="practices"),
    path("practices/of/<int:patient_pk>/send/", practices.send, name="practices-send"),
    path("practices/<int:pk>/end/", practices.end, name="practice-end"),
    path("mine/<int:link_pk>/", practices.mine, name="practices-mine"),
    path("mine/<int:link_pk>/done/", practices.done, name="practices-done"),
    path("mine/<int:link_pk>/journal/", practices.journal, name="journal-write"),
    path("mine/<int:link_pk>/share/", practices.share, name="journal-share"),
    path("circles/", circles.circles, name="circles"),
    path("circles/<int:pk>/", circles.circle, name="circle"),
    path("cycles/<int:pk>/", views.integration, name="integration"),
    path("cycles/<int:pk>/contact/", views.contact, name="integration-contact"),
    path("cycles/<int:pk>/visit/", views.visit, name="integration-visit"),
    path("cycles/<int:pk>/close/", views.close, name="integration-close"),
]
