"""Paths of disclosures."""

from django.urls import path

from mooring.care.disclosures.views import disclosing, erasing

urlpatterns = [
    path("of/<int:patient_pk>/", disclosing.of_patient, name="record-disclosures"),
    path("of/<int:patient_pk>/record/", disclosing.record, name="disclosure-record"),
    path("of/<int:patient_pk>/consent/", disclosing.take, name="disclosure-consent-take"),
    path("of/<int:patient_pk>/copy/", disclosing.ask, name="record-copy-ask"),
    path("of/<int:patient_pk>/external/", disclosing.external, name="external-access"),
    path("of/<int:patient_pk>/accounting/", disclosing.accounting, name="record-accounting"),
    path("of/<int:patient_pk>/keeping/", erasing.keeping, name="record-keeping"),
    path("of/<int:patient_pk>/erase/contact/", erasing.contact, name="contact-erase"),
    path("of/<int:patient_pk>/erase/", erasing.erase, name="record-erase"),
    path("external/<int:pk>/end/", disclosing.external_end, name="external-access-end"),
    path("copies/<int:pk>/", disclosing.copy, name="record-copy"),
    path("copies/<int:pk>/fetch/", disclosing.fetch, name="record-copy-fetch"),
    path("consents/<int:pk>/", disclosing.consent, name="disclosure-consent"),
]
