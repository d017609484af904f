"""Addresses of this room, under `care/sessions/`."""

from django.urls import path

from mooring.care.sessions.views import devices, emergency, expected, panels, papers, session, tablet, writing

urlpatterns = [
    path("cycles/<int:pk>/", session.of_cycle, name="session-of-cycle"),
    path("tablet/", tablet.tablet, name="tablet"),
    path("tablet/ask/", tablet.ask, name="tablet-ask"),
    path("devices/pair/", devices.pair, name="device-pair"),
    path("devices/readings/", devices.readings, name="device-readings"),
    path("<int:pk>/devices/", devices.devices, name="session-devices"),
    path("<int:pk>/devices/<int:device_pk>/end/", devices.end, name="session-device-end"),
    path("<int:pk>/tablet/", tablet.pairing, name="session-tablet"),
    path("<int:pk>/", session.session, name="session"),
    path("<int:pk>/again/", session.again, name="session-again"),
    path("<int:pk>/panels/", panels.panels, name="session-panels"),
    path("<int:pk>/expected/", expected.expected, name="session-expected"),
    path("<int:pk>/summary/", session.summary, name="session-summary"),
    path("<int:pk>/papers/", papers.papers, name="session-papers"),
    path("<int:pk>/papers/<slug:name>/", papers.sheet, name="session-sheet"),
    path("<int:pk>/scripts/<slug:item>/", session.script, name="session-script"),
    path("<int:pk>/emergency/", emergency.emergency, name="session-emergency"),
    path("<int:pk>/emergency/sheet/", emergency.sheet, name="session-crew-sheet"),
    path("crew/<str:token>/", emergency.crew, name="session-crew-link"),
    path("<int:pk>/write/<slug:code>/", writing.write, name="session-write"),
    path("<int:pk>/cancel/", writing.cancel, name="session-cancel"),
    path("<int:pk>/entries/<int:entry_pk>/correct/", writing.correct, name="session-correct"),
]
