"""Addresses of this room, under `care/safety/`."""

from django.urls import path

from mooring.care.safety.views import events, register

urlpatterns = [
    path("", register.register, name="adverse-events"),
    path("of/<int:patient_pk>/", register.of_patient, name="adverse-events-of"),
    path("of/<int:patient_pk>/new/", events.new, name="adverse-event-new"),
    path("<int:pk>/", events.event, name="adverse-event"),
    path("<int:pk>/assess/", events.assess, name="adverse-event-assess"),
    path("<int:pk>/report/", events.report, name="adverse-event-report"),
    path("<int:pk>/withdraw/", events.withdraw, name="adverse-event-withdraw"),
]
