"""Paths of the chart."""

from django.urls import path

from mooring.care.observations import views

urlpatterns = [
    path("<int:pk>/", views.observations, name="observations"),
    path("<int:pk>/measure/<slug:kind>/", views.measure, name="observation-measure"),
    path("<int:pk>/values/<int:observation_pk>/correct/", views.correct, name="observation-correct"),
    path("<int:pk>/laboratory/<slug:test>/", views.result, name="laboratory-record"),
    path("<int:pk>/results/<int:result_pk>/correct/", views.correct_result, name="laboratory-correct"),
    path("<int:pk>/medicines/find/", views.find_medicine, name="medicine-find"),
    path("<int:pk>/medicines/add/", views.add_medicine, name="medicine-add"),
    path("<int:pk>/medicines/<int:medicine_pk>/", views.medicine_details, name="medicine-details"),
    path("<int:pk>/medicines/<int:medicine_pk>/classify/", views.classify_medicine, name="medicine-classify"),
    path("<int:pk>/medicines/<int:medicine_pk>/hold/", views.hold, name="medicine-hold"),
    path("<int:pk>/medicines/<int:medicine_pk>/stop/", views.stop_medicine, name="medicine-stop"),
    path("<int:pk>/allergies/find/", views.find_allergen, name="allergen-find"),
    path("<int:pk>/allergies/add/", views.add_allergy, name="allergy-add"),
    path("<int:pk>/allergies/none-known/", views.no_allergy, name="allergy-none"),
    path("<int:pk>/allergies/<int:allergy_pk>/classify/", views.classify_allergy, name="allergy-classify"),
    path("<int:pk>/allergies/<int:allergy_pk>/end/", views.end_allergy, name="allergy-end"),
]
