"""Paths of questionnaires."""

from django.urls import path

from mooring.care.measures import views

urlpatterns = [
    path("answer/<int:link_pk>/", views.answer, name="measure-answer"),
    path("answer/<int:link_pk>/draft/", views.answer_draft, name="measure-answer-draft"),
    path("of/<int:pk>/", views.measures, name="measures"),
    path("of/<int:pk>/ask/", views.ask, name="measure-ask"),
    path("of/<int:pk>/enter/", views.choose, name="measure-choose"),
    path("of/<int:pk>/enter/<str:instrument>/", views.enter, name="measure-enter"),
    path("<int:pk>/", views.measure, name="measure"),
    path("<int:pk>/fill/", views.fill_here, name="measure-fill"),
    path("<int:pk>/draft/", views.draft_here, name="measure-draft"),
    path("<int:pk>/send-again/", views.send_again, name="measure-send-again"),
    path("<int:pk>/withdraw/", views.withdraw, name="measure-withdraw"),
    path("concerns/<int:pk>/", views.concern, name="concern"),
]
