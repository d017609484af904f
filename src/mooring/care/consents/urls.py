"""Paths of consents."""

from django.urls import path

from mooring.care.consents import views

urlpatterns = [
    path("of/<int:patient_pk>/", views.of_patient, name="consents"),
    path("of/<int:patient_pk>/take/<str:text_key>/", views.take, name="consent-take"),
    path("<int:pk>/", views.consent, name="consent"),
    path("<int:pk>/withdraw/", views.withdraw, name="consent-withdraw"),
]
