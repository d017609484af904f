"""A visitor who opened a single-task link and knew the date of birth."""

from django.test import Client

from mooring.work.access import cookie_for, cookie_name
from mooring.work.models import TaskLink


def hold(client: Client, link: TaskLink) -> Client:
    """Give `client` the cookie that the link's door sets."""
    client.cookies[cookie_name(link)] = cookie_for(link)
    return client


def page_of(kind: str) -> str:
    """The address of the page behind the newest link of this kind."""
    return TaskLink.objects.filter(kind=kind).latest("pk").address
