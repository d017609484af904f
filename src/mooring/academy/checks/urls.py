"""Paths of the player, under `/academy/`."""

from django.urls import path

from mooring.academy.checks.views import review

urlpatterns = [
    path("review/", review.questions, name="review-questions"),
    path("review/stop/", review.stop, name="review-stop"),
    path("review/<int:pk>/", review.review, name="review"),
]
