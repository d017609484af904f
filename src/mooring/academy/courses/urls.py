"""The path of the catalogue, under `/academy/`."""

from django.urls import path

from mooring.academy.courses import views

urlpatterns = [path("", views.courses, name="catalogue")]
