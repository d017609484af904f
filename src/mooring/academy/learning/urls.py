"""Paths of a learner's courses, under `/academy/learning/`."""

from django.urls import path

from mooring.academy.learning import views

urlpatterns = [
    path("", views.courses, name="learning"),
    path("enrol/<slug:slug>/", views.enrol, name="enrol"),
    path("<int:pk>/", views.overview, name="overview"),
    path("<int:pk>/newer/", views.newer, name="newer-version"),
    path("<int:pk>/references/<str:module_id>.txt", views.references, name="module-references"),
]
