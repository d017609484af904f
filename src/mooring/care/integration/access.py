"""Who may be handed which circle."""

from django.core.exceptions import PermissionDenied
from django.http import Http404

from mooring.care.integration.models import Circle
from mooring.identity.models import Person
from mooring.identity.roles import Permission


def get_circle_for(person: Person, pk: int, *, to: Permission = Permission.INTEGRATION_READ) -> Circle:
    """The circle of a site where this person reads integration; 404 for a stranger, 403 for who may not do this.

    Its roster is shown seat by seat: a patient with whom the person does not work is counted, not named.
    """
    found = Circle.objects.select_related("site", "led_by").filter(pk=pk).first()
    if found is None or found.site_id not in person.sites_where(Permission.INTEGRATION_READ):
        raise Http404
    if found.site_id not in person.sites_where(to):
        raise PermissionDenied
    return found
