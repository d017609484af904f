"""Paths of discussions, under `/academy/discussion/`."""

from django.urls import path

from mooring.academy.discussion import views

urlpatterns = [
    path("moderation/", views.moderation, name="moderation"),
    path("threads/<int:pk>/", views.thread, name="thread"),
    path("threads/<int:pk>/follow/", views.follow, name="thread-follow"),
    path("posts/<int:pk>/edit/", views.edit, name="post-edit"),
    path("posts/<int:pk>/delete/", views.delete, name="post-delete"),
    path("posts/<int:pk>/report/", views.report, name="post-report"),
    path("posts/<int:pk>/appeal/", views.appeal_post, name="post-appeal"),
    path("posts/<int:pk>/endorse/", views.endorse_post, name="post-endorse"),
    path("posts/<int:pk>/decide/", views.decide, name="post-decide"),
    path("<slug:slug>/", views.discussion, name="discussion"),
]
