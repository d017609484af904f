"""Addresses of this room, under `care/sessions/`."""

from django.urls import path

from mooring.care.sessions.views import papers, session, writing

urlpatterns = [
    path("cycles/<int:pk>/", session.of_cycle, name="session-of-cycle"),
    path("<int:pk>/", session.session, name="session"),
    path("<int:pk>/again/", session.again, name="session-again"),
    path("<int:pk>/summary/", session.summary, name="session-summary"),
    path("<int:pk>/papers/", papers.papers, name="session-papers"),
    path("<int:pk>/papers/<slug:name>/", papers.sheet, name="session-sheet"),
    path("<int:pk>/scripts/<slug:item>/", session.script, name="session-script"),
    path("<int:pk>/write/<slug:code>/", writing.write, name="session-write"),
    path("<int:pk>/cancel/", writing.cancel, name="session-cancel"),
    path("<int:pk>/entries/<int:entry_pk>/correct/", writing.correct, name="session-correct"),
]
