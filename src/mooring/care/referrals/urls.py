"""Paths of leads."""

from django.urls import path

from mooring.care.referrals import views

urlpatterns = [
    path("", views.referrals, name="referrals"),
    path("interest/", views.interest_sites, name="interest-sites"),
    path("interest/<int:pk>/", views.interest, name="interest"),
    path("interest/<int:pk>/sent/", views.interest_sent, name="interest-sent"),
    path("<int:pk>/", views.lead, name="lead"),
    path("<int:pk>/call/", views.book_call, name="lead-call"),
    path("<int:pk>/outcome/", views.outcome, name="lead-outcome"),
]
