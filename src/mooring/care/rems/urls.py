"""Paths of the esketamine programme, under `care/rems/`."""

from django.urls import path

from mooring.care.rems.views import monitoring, programme

urlpatterns = [
    path("", monitoring.board, name="rems"),
    path("sessions/<int:pk>/", monitoring.session_form, name="rems-session"),
    path("forms/<int:pk>/", monitoring.form, name="rems-form"),
    path("forms/<int:pk>/paper/", monitoring.form_paper, name="rems-form-paper"),
    path("forms/<int:pk>/correct/", monitoring.correct_form, name="rems-correct"),
    path("patients/<int:patient_pk>/", programme.of_patient, name="rems-of"),
    path("patients/<int:patient_pk>/enrolment/", programme.enrolment_paper, name="rems-enrolment"),
    path("sites/<int:pk>/", programme.of_site, name="rems-site"),
    path("sites/<int:site_pk>/enrolment/", programme.site_paper, name="rems-site-enrolment"),
    path("sites/<int:site_pk>/inventory/", programme.inventory, name="rems-inventory"),
]
