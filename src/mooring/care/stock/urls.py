"""Addresses of this room, under `care/stock/`."""

from django.urls import path

from mooring.care.stock.views import checking, drawing, holdings, keeping, reporting, safes, stating

urlpatterns = [
    path("", safes.stock, name="stock"),
    path("warnings/", safes.warnings, name="stock-warnings"),
    path("safes/<int:pk>/", safes.safe, name="safe"),
    path("safes/<int:pk>/receive/", holdings.receive, name="stock-receive"),
    path("safes/<int:pk>/count/", checking.start_count, name="stock-start-count"),
    path("safes/<int:pk>/close/", checking.close_day, name="close-day"),
    path("safes/<int:pk>/reports/", reporting.reports, name="stock-reports"),
    path("safes/<int:pk>/reports/<slug:name>/", reporting.report, name="stock-report"),
    path("safes/<int:pk>/export/", reporting.export, name="stock-export"),
    path("safes/<int:pk>/statements/", stating.statements, name="stock-statements"),
    path("safes/<int:pk>/reorder/", stating.reorder, name="stock-reorder"),
    path("statements/<int:pk>/", stating.statement, name="stock-statement"),
    path("statements/<int:pk>/paper/", stating.statement_paper, name="stock-statement-paper"),
    path("containers/<int:pk>/", safes.container, name="container"),
    path("containers/<int:pk>/<slug:act>/", safes.container_act, name="container-act"),
    path("lots/<int:pk>/", safes.lot, name="lot"),
    path("orders/<int:pk>/draw/", drawing.draw_for_order, name="stock-draw"),
    path("patients/<int:pk>/draw/", drawing.emergency_draw, name="stock-emergency-draw"),
    path("patients/<int:patient_pk>/erase/", keeping.erase, name="stock-erase"),
    path("draws/<int:pk>/", drawing.account, name="stock-account"),
    path("entries/<int:pk>/reverse/", drawing.reverse, name="stock-reverse"),
    path("entries/<int:pk>/witness/", checking.ask_witness, name="stock-ask-witness"),
    path("witness/<int:pk>/", checking.witness, name="stock-witness"),
    path("counts/<int:pk>/", checking.count, name="stock-count"),
    path("discrepancies/<int:pk>/", checking.discrepancy, name="discrepancy"),
    path("days/<int:pk>/", checking.closed_day, name="closed-day"),
    path("sites/<int:pk>/", holdings.holdings, name="stock-holdings"),
    path("sites/<int:pk>/<slug:act>/", holdings.holdings_act, name="stock-holdings-act"),
]
