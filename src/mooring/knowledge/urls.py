"""Paths of this floor."""

from django.urls import path

from mooring.knowledge import views

urlpatterns = [
    path("", views.index, name="knowledge"),
    path("sign/<int:pk>/", views.sign, name="knowledge-sign"),
    path("try/", views.try_it, name="knowledge-try"),
    path("try/<str:item_id>/", views.try_instrument, name="knowledge-try-instrument"),
    path("indications/<slug:code>/", views.indication, name="knowledge-indication"),
    path("references/", views.references, name="knowledge-references"),
    path("references/<slug:form>/", views.references_file, name="knowledge-references-file"),
    path("item/<str:key>/", views.any_item, name="knowledge-any-item"),
    path("<slug:kind>/", views.kind, name="knowledge-kind"),
    path("<slug:kind>/<str:item_id>@<int:version>/", views.item, name="knowledge-item"),
]
