"""Django's name for this room."""

from django.apps import AppConfig


class CareReferralsConfig(AppConfig):
    name = "mooring.care.referrals"
    label = "care_referrals"
