"""Paths of the speaker series, under `/academy/events/`."""

from django.urls import path

from mooring.academy.events import views

urlpatterns = [
    path("", views.events, name="speaker-events"),
    path("plan/", views.plan, name="speaker-event-plan"),
    path("feed/<str:token>.ics", views.feed, name="speaker-events-feed"),
    path("<int:pk>/", views.event, name="speaker-event"),
    path("<int:pk>/place/", views.register_for, name="speaker-event-place"),
    path("<int:pk>/move/", views.move, name="speaker-event-move"),
    path("<int:pk>/cancel/", views.cancel, name="speaker-event-cancel"),
    path("<int:pk>/credit/", views.credit, name="speaker-event-credit"),
    path("<int:pk>/recording/", views.recording, name="speaker-event-recording"),
    path("<int:pk>/event.ics", views.calendar, name="speaker-event-calendar"),
]
