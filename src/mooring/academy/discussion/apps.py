"""Django's name for this room."""

from django.apps import AppConfig


class AcademyDiscussionConfig(AppConfig):
    name = "mooring.academy.discussion"
    label = "academy_discussion"
