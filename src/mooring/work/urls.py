"""Paths of what is owed."""

from django.urls import path

from mooring.work import views

urlpatterns = [
    path("tasks/<int:pk>/hand-over/", views.hand_over, name="task-hand-over"),
    path("messages/<int:pk>/read/", views.read_message, name="message-read"),
    path("phones/", views.phones, name="phones"),
]
