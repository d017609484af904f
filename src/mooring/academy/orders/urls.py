"""Paths of orders, under `/academy/orders/`."""

from django.urls import path

from mooring.academy.orders.views import buying, managing, refunds, webhook

urlpatterns = [
    path("", buying.orders, name="orders"),
    path("new/<slug:slug>/", buying.start, name="order-start"),
    path("<int:pk>/", buying.order, name="purchase"),
    path("<int:pk>/pay/", buying.pay, name="order-pay"),
    path("<int:pk>/cancel/", buying.cancel, name="order-cancel"),
    path("<int:pk>/refund/", refunds.refund, name="order-refund"),
    path("<int:pk>/refund/ask/", refunds.ask, name="refund-ask"),
    path("<int:pk>/refund/sent/", refunds.sent, name="refund-sent"),
    path("refunds/<int:pk>/", refunds.decide, name="refund-request"),
    path("<int:pk>/invoice.pdf", buying.paper, name="order-paper"),
    path("<int:pk>/transferred/", managing.transferred, name="order-transferred"),
    path("manage/", managing.manage, name="orders-manage"),
    path("manage/offers/<slug:slug>/", managing.offer, name="course-offer"),
    path("manage/codes/", managing.code, name="price-code"),
    path("payments/stripe/", webhook.stripe, name="payment-webhook"),
]
