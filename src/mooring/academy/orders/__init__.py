"""Buying access: orders, seats, codes, payments, refunds.

**Owns** orders with their seats, discount and scholarship codes, what a payment provider told, refunds.
**Does not own** what access costs (learning), enrolments (learning), credit (credits); no card number ever arrives here.
**Uses** learning, credits, work; the payment provider by its hosted page and signed webhook.
**Start reading at** `actions/orders.py`, then `actions/payments.py`.
"""
