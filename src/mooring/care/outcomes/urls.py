"""Paths of outcomes, by treatment."""

from django.urls import path

from mooring.care.outcomes import views

urlpatterns = [
    path("panel/", views.panels, name="panels"),
    path("panel/<int:pk>/", views.panel, name="panel"),
    path("of/<int:patient_pk>/move/", views.move, name="patient-move"),
    path("<int:pk>/", views.outcomes, name="outcomes"),
    path("<int:pk>/next/", views.decide, name="course-next"),
    path("<int:pk>/end/", views.end, name="treatment-end"),
]
