"""Addresses of this room, under `care/sessions/`."""

from django.urls import path

from mooring.care.sessions.views import session, writing

urlpatterns = [
    path("cycles/<int:pk>/", session.of_cycle, name="session-of-cycle"),
    path("<int:pk>/", session.session, name="session"),
    path("<int:pk>/again/", session.again, name="session-again"),
    path("<int:pk>/summary/", session.summary, name="session-summary"),
    path("<int:pk>/time-out/", writing.enter_volume, name="session-time-out"),
    path("<int:pk>/start/", writing.start, name="session-start"),
    path("<int:pk>/end/", writing.end, name="session-end"),
    path("<int:pk>/vitals/", writing.vitals, name="session-vitals"),
    path("<int:pk>/symptom/", writing.symptom, name="session-symptom"),
    path("<int:pk>/intervention/", writing.intervention, name="session-intervention"),
    path("<int:pk>/note/", writing.note, name="session-note"),
    path("<int:pk>/check/", writing.check, name="session-check"),
    path("<int:pk>/discharge/", writing.discharge, name="session-discharge"),
    path("<int:pk>/sign-off/", writing.sign_off, name="session-sign-off"),
    path("<int:pk>/void/", writing.void, name="session-void"),
    path("<int:pk>/entries/<int:entry_pk>/correct/", writing.correct, name="session-correct"),
]
