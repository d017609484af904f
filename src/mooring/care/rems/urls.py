"""Paths of the esketamine programme, under `care/rems/`."""

from django.urls import path

from mooring.care.rems import views

urlpatterns = [
    path("", views.board, name="rems"),
    path("sessions/<int:pk>/", views.session_form, name="rems-session"),
    path("forms/<int:pk>/", views.form, name="rems-form"),
    path("forms/<int:pk>/paper/", views.form_paper, name="rems-form-paper"),
    path("forms/<int:pk>/correct/", views.correct_form, name="rems-correct"),
    path("patients/<int:patient_pk>/enrolment/", views.enrolment, name="rems-enrolment"),
    path("sites/<int:site_pk>/enrolment/", views.site_enrolment, name="rems-site-enrolment"),
    path("sites/<int:site_pk>/inventory/", views.inventory, name="rems-inventory"),
]
