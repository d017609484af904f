"""Paths of reports, under `/academy/reports/`."""

from django.urls import path

from mooring.academy.reports.views import reports

urlpatterns = [
    path("", reports.reports, name="reports"),
    path("<int:pk>/", reports.report, name="report"),
    path("<int:pk>/file/", reports.report_file, name="report-file"),
    path("jobs/<int:pk>/", reports.job, name="report-job"),
    path("of/<slug:slug>/", reports.make, name="report-make"),
    path("of/<slug:slug>/numbers/", reports.numbers, name="body-numbers"),
    path("of/<slug:slug>/binder.zip", reports.binder, name="audit-binder"),
]
