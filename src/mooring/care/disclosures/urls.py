"""Paths of disclosures."""

from django.urls import path

from mooring.care.disclosures import views

urlpatterns = [
    path("of/<int:patient_pk>/", views.of_patient, name="record-disclosures"),
    path("of/<int:patient_pk>/record/", views.record, name="disclosure-record"),
    path("of/<int:patient_pk>/consent/", views.take, name="disclosure-consent-take"),
    path("of/<int:patient_pk>/copy/", views.ask, name="record-copy-ask"),
    path("of/<int:patient_pk>/external/", views.external, name="external-access"),
    path("of/<int:patient_pk>/accounting/", views.accounting, name="record-accounting"),
    path("of/<int:patient_pk>/keeping/", views.keeping, name="record-keeping"),
    path("of/<int:patient_pk>/erase/", views.erase, name="record-erase"),
    path("external/<int:pk>/end/", views.external_end, name="external-access-end"),
    path("copies/<int:pk>/", views.copy, name="record-copy"),
    path("copies/<int:pk>/fetch/", views.fetch, name="record-copy-fetch"),
    path("consents/<int:pk>/", views.consent, name="disclosure-consent"),
]
