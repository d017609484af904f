"""Paths of treatments, their cycles and dose orders."""

from django.urls import path

from mooring.care.treatments.views import (
    asking,
    ceilings,
    cycles,
    home,
    orders,
    preparing,
    stop_rules,
    treatments,
)

urlpatterns = [
    path("ceilings/", ceilings.ceilings, name="ceilings"),
    path("ceilings/of/<int:pk>/", ceilings.of_site, name="ceilings-of-site"),
    path("of/<int:patient_pk>/", treatments.of_patient, name="treatments"),
    path("of/<int:patient_pk>/draft/", treatments.draft, name="treatment-draft"),
    path("<int:pk>/", treatments.treatment, name="treatment"),
    path("<int:pk>/sign/", treatments.sign, name="treatment-sign"),
    path("<int:pk>/asking/", asking.asking, name="treatment-asking"),
    path("<int:pk>/asking/<int:line>/end/", asking.unplan, name="treatment-asking-end"),
    path("<int:pk>/stop-rules/", stop_rules.stop_rules, name="stop-rules"),
    path("<int:pk>/stop-rules/<int:off>/on/", stop_rules.switch_on, name="stop-rule-on"),
    path("<int:pk>/withdraw/", treatments.withdraw, name="treatment-withdraw"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/preparation/", preparing.preparation, name="cycle-preparation"),
    path("cycles/<int:pk>/at-home/", home.home, name="cycle-home"),
    path("cycles/<int:pk>/readiness/", preparing.readiness, name="cycle-readiness"),
    path("cycles/<int:pk>/weigh/", preparing.weigh, name="cycle-weigh"),
    path("cycles/<int:pk>/settle/", preparing.settle, name="cycle-settle"),
    path("cycles/<int:pk>/ready/", cycles.ready, name="cycle-ready"),
    path("cycles/<int:pk>/back/", cycles.back, name="cycle-back"),
    path("cycles/<int:pk>/void/", cycles.void, name="cycle-void"),
    path("cycles/<int:pk>/order/", orders.sign, name="order-sign"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/withdraw/", orders.withdraw, name="order-withdraw"),
]
