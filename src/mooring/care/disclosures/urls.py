"""Paths of disclosures."""

from django.urls import path

from mooring.care.disclosures import views

urlpatterns = [
    path("of/<int:patient_pk>/", views.of_patient, name="disclosures"),
    path("of/<int:patient_pk>/record/", views.record, name="disclosure-record"),
    path("of/<int:patient_pk>/consent/", views.take, name="disclosure-consent-take"),
    path("consents/<int:pk>/", views.consent, name="disclosure-consent"),
]
