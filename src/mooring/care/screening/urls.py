"""Paths of screening."""

from django.urls import path

from mooring.care.screening import views

urlpatterns = [
    path("answer/<int:link_pk>/", views.answer, name="screening-answer"),
    path("answer/<int:link_pk>/draft/", views.draft, name="screening-draft"),
    path("send/<int:pk>/", views.send, name="screening-send"),
    path("<int:pk>/", views.screening, name="screening"),
    path("<int:pk>/facts/", views.settle, name="screening-settle"),
    path("<int:pk>/withdraw/", views.withdraw, name="screening-withdraw"),
    path("<int:pk>/findings/<str:rule>/", views.close, name="screening-close"),
]
