"""Paths of this floor."""

from django.urls import path

from mooring.knowledge import views

urlpatterns = [
    path("", views.index, name="knowledge"),
    path("sign/<int:pk>/", views.sign, name="knowledge-sign"),
    path("item/<str:key>/", views.any_item, name="knowledge-any-item"),
    path("<slug:kind>/", views.kind, name="knowledge-kind"),
    path("<slug:kind>/<str:item_id>@<int:version>/", views.item, name="knowledge-item"),
]
