"""Paths of patients. The record itself (`patient`) is in `web/urls.py`."""

from django.urls import path

from mooring.care.patients import emergency_views, views

urlpatterns = [
    path("", views.patients, name="patients"),
    path("duplicates/", views.duplicates, name="patient-duplicates"),
    path("<int:pk>/merge/", views.merge, name="patient-merge"),
    path("<int:pk>/separate/", views.separate, name="patient-separate"),
    path("emergency/", emergency_views.emergency, name="emergency"),
    path("emergency/<int:pk>/end/", emergency_views.end, name="emergency-end"),
    path("emergency/<int:pk>/review/", emergency_views.review, name="emergency-review"),
    path("<int:pk>/details/", views.edit, name="patient-edit"),
    path("<int:pk>/address/", views.address, name="patient-address"),
    path("<int:pk>/birth-date/", views.birth_date, name="patient-birth-date"),
    path("<int:pk>/people/", views.people, name="patient-people"),
    path("<int:pk>/team/join/", views.join_team, name="patient-team-join"),
    path("<int:pk>/team/<int:member_pk>/leave/", views.leave_team, name="patient-team-leave"),
    path("<int:pk>/support/add/", views.add_support, name="patient-support-add"),
    path("<int:pk>/support/<int:support_pk>/end/", views.end_support, name="patient-support-end"),
    path("<int:pk>/log/", views.log, name="patient-log"),
    path("<int:pk>/log/send/", views.send_log, name="patient-log-send"),
    path("log/<int:link_pk>/", views.own_log, name="patient-own-log"),
]
