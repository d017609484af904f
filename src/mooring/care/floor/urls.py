"""Addresses of this room, under `care/floor/`."""

from django.urls import path

from mooring.care.floor import views

urlpatterns = [
    path("", views.floor, name="floor"),
    path("<int:pk>/", views.floor_site, name="floor-site"),
    path("<int:pk>/screens/", views.screens, name="floor-screens"),
    path("screens/<int:pk>/take-down/", views.take_down, name="floor-take-down"),
    path("wall/", views.wall, name="floor-wall"),
    path("wall/<str:token>/", views.wall_open, name="floor-wall-open"),
]
