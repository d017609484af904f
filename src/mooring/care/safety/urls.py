"""Addresses of this room, under `care/safety/`."""

from django.urls import path

from mooring.care.safety.views import events, register, rems

urlpatterns = [
    path("", register.register, name="adverse-events"),
    path("of/<int:patient_pk>/", register.of_patient, name="adverse-events-of"),
    path("of/<int:patient_pk>/new/", events.new, name="adverse-event-new"),
    path("rems/", rems.settings, name="rems-settings"),
    path("rems/sites/<int:pk>/", rems.of_site, name="rems-site"),
    path("rems/of/<int:patient_pk>/", rems.of_patient, name="rems-of"),
    path("<int:pk>/", events.event, name="adverse-event"),
    path("<int:pk>/assess/", events.assess, name="adverse-event-assess"),
    path("<int:pk>/report/", events.report, name="adverse-event-report"),
    path("<int:pk>/withdraw/", events.withdraw, name="adverse-event-withdraw"),
]
