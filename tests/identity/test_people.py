"""A person by the key: by a prepared statement, and never past the people of a relation."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from mooring.identity.models import People, Person
from tests.people import Cast

pytestmark = pytest.mark.django_db


class NobodyHere(People):
    """As the framework makes a manager for the people of a relation: a class below, with a narrower question."""

    def get_queryset(self) -> "QuerySet[Person]":
        return super().get_queryset().none()


def test_a_person_is_read_by_the_key_as_text_or_number(cast: Cast) -> None:
    for key in (cast.monitor.pk, str(cast.monitor.pk)):
        with CaptureQueriesContext(connection) as asked:
            assert Person.objects.get(pk=key) == cast.monitor
        assert len(asked) == 1
    with pytest.raises(Person.DoesNotExist):
        Person.objects.get(pk=-1)
    with pytest.raises(ValueError, match="invalid literal"):
        Person.objects.get(pk="x")


def test_the_people_of_a_relation_are_asked_for_within_it(cast: Cast) -> None:
    here = NobodyHere()
    here.model = Person
    with pytest.raises(Person.DoesNotExist):
        here.get(pk=cast.monitor.pk)
    with pytest.raises(Person.DoesNotExist):
        Person.objects.filter(is_active=False).get(pk=cast.monitor.pk)
