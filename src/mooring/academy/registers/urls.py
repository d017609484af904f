"""Paths of the registers, under `/academy/registers/`."""

from django.urls import path

from mooring.academy.registers.views import activity, requests

urlpatterns = [
    path("", requests.registers, name="registers"),
    path("accommodations/ask/", requests.ask, name="accommodation-ask"),
    path("grievances/send/", requests.complain, name="grievance-send"),
    path("manage/", requests.manage, name="registers-manage"),
    path("accommodations/<int:pk>/", requests.accommodation, name="accommodation"),
    path("grievances/<int:pk>/", requests.grievance, name="grievance"),
    path("grievances/<int:pk>/acknowledge/", requests.acknowledge, name="grievance-acknowledge"),
    path("retention/", activity.retention, name="retention"),
    path("activities/<slug:slug>/", activity.activity, name="activity-file"),
    path("activities/<slug:slug>/papers/", activity.paper, name="activity-paper"),
    path("activities/<slug:slug>/papers/<int:pk>.pdf", activity.paper_pdf, name="activity-paper-pdf"),
    path("activities/<slug:slug>/support/", activity.support, name="activity-support"),
    path("activities/<slug:slug>/sign/", activity.sign, name="activity-sign"),
]
