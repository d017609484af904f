"""Paths of what was measured and told."""

from django.urls import path

from mooring.care.observations import views

urlpatterns = [
    path("<int:pk>/", views.observations, name="observations"),
    path("<int:pk>/measure/<slug:kind>/", views.measure, name="observation-measure"),
    path("<int:pk>/values/<int:observation_pk>/correct/", views.correct, name="observation-correct"),
    path("<int:pk>/medicines/add/", views.add_medicine, name="medicine-add"),
    path("<int:pk>/medicines/<int:medicine_pk>/hold/", views.hold, name="medicine-hold"),
    path("<int:pk>/medicines/<int:medicine_pk>/stop/", views.stop_medicine, name="medicine-stop"),
    path("<int:pk>/allergies/add/", views.add_allergy, name="allergy-add"),
    path("<int:pk>/allergies/none-known/", views.no_allergy, name="allergy-none"),
    path("<int:pk>/allergies/<int:allergy_pk>/end/", views.end_allergy, name="allergy-end"),
]
