"""A prepared read answers what the ORM answers, for one key and for several, and reads anew each time."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mooring.audit.models import Event
from mooring.audit.prepared import Prepared
from mooring.care.observations.models import Observation
from tests.people import NOW, Cast, make_patient

pytestmark = pytest.mark.django_db
FIELDS = ("value", "at", "kind", "patient__merged_into")
WEIGHTS = Prepared(
    lambda keys, moments: (
        Observation.objects.filter(patient__in=keys, at__lte=moments[0]).order_by("pk").values_list(*FIELDS)
    )
)


def weigh(cast: Cast, patient: object, value: str, hours: int) -> None:
    at = NOW - timedelta(hours=hours)
    Observation.objects.create(
        patient=patient, kind="weight", value=Decimal(value), at=at, stored_at=at, by=cast.monitor
    )


def test_it_answers_what_the_orm_answers(cast: Cast) -> None:
    other = make_patient(cast.site, "Zoe Abara")
    weigh(cast, cast.patient, "72.5", 3)
    weigh(cast, other, "61.0", 2)
    weigh(cast, cast.patient, "73.0", 1)
    for keys in ((cast.patient.pk,), (other.pk,), (cast.patient.pk, other.pk)):
        for at in (NOW, NOW - timedelta(hours=2)):
            orm = Observation.objects.filter(patient__in=keys, at__lte=at).order_by("pk").values_list(*FIELDS)
            assert WEIGHTS.rows(keys, at) == list(orm)
    assert WEIGHTS.rows((cast.patient.pk,), NOW)[0][0] == Decimal("72.5")


def test_what_is_stored_between_two_calls_is_read(cast: Cast) -> None:
    weigh(cast, cast.patient, "72.5", 3)
    assert len(WEIGHTS.rows((cast.patient.pk,), NOW)) == 1
    weigh(cast, cast.patient, "73.0", 1)
    with CaptureQueriesContext(connection) as asked:
        assert len(WEIGHTS.rows((cast.patient.pk,), NOW)) == 2
    assert len(asked) == 1
    assert f"IN ({cast.patient.pk})" in asked[0]["sql"]


def test_a_value_that_does_not_stand_in_the_statement_is_found(cast: Cast) -> None:
    forgetful = Prepared(lambda keys, moments: Observation.objects.filter(patient__in=keys).values_list("pk"))
    with pytest.raises(ValueError, match="not every value"):
        forgetful.rows((cast.patient.pk,), NOW)


NAMED = Prepared(
    lambda keys, moments: Observation.objects.filter(kind__in=keys, at__lte=moments[0]).values_list("value")
)


def test_a_key_may_be_a_text(cast: Cast) -> None:
    weigh(cast, cast.patient, "72.5", 3)
    assert NAMED.rows(("weight",), NOW) == [(Decimal("72.5"),)]
    assert NAMED.rows(("height", "weight"), NOW) == [(Decimal("72.5"),)]
    assert NAMED.rows(("height",), NOW) == []


ONE_EVENT = Prepared(lambda keys, moments: Event.objects.filter(once__in=keys).values_list("name"))


def test_a_key_may_be_a_uuid(cast: Cast) -> None:
    once = uuid4()
    Event.objects.create(name="tests.told", actor="clock", target="", at=NOW, stored_at=NOW, once=once)
    assert ONE_EVENT.rows((once,)) == [("tests.told",)]
    assert ONE_EVENT.rows((uuid4(),)) == []


MEASURED = Prepared(
    lambda keys, moments: (
        Observation.objects.filter(patient__in=keys, at__lte=moments[0])
        .select_related("patient__person", "patient__site", "patient__merged_into", "by")
        .defer("patient__search_names")
        .order_by("pk")
    )
)


def test_its_records_are_those_of_the_orm_with_what_is_joined(cast: Cast) -> None:
    weigh(cast, cast.patient, "72.5", 3)
    weigh(cast, cast.patient, "73.0", 1)
    orm = list(Observation.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as asked:
        found = MEASURED.records((cast.patient.pk,), NOW)
        assert [each.patient.person.legal_name for each in found] == [cast.patient.person.legal_name] * 2
        assert [each.patient.merged_into for each in found] == [None, None]
        assert found[0].by == cast.monitor
    assert len(asked) == 1
    assert found == orm
    assert [(each.value, each.at) for each in found] == [(each.value, each.at) for each in orm]
    assert found[0].patient.get_deferred_fields() == {"search_names"}


def test_columns_make_no_record(cast: Cast) -> None:
    with pytest.raises(ValueError, match="no record"):
        WEIGHTS.records((cast.patient.pk,), NOW)


on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite keeps no plan on a server"
)


def plans() -> list[tuple[str, int]]:
    """The statements that the server keeps for this connection, and how often each was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        return cursor.fetchall()


@on_postgresql
def test_the_server_keeps_the_plan_of_what_is_asked_often(cast: Cast) -> None:
    weigh(cast, cast.patient, "72.5", 3)
    weigh(cast, cast.patient, "73.0", 1)
    often = Prepared(WEIGHTS.build)
    for key in [cast.patient.pk, -1] * 4:
        assert len(often.rows((key,), NOW)) == (2 if key > 0 else 0)
    kept = [statement for statement, asked in plans() if asked >= 4]
    assert [each for each in kept if Observation._meta.db_table in each and "$1" in each and "-1" not in each]


@on_postgresql
def test_a_plan_outlives_what_is_rolled_back_and_what_comes_once(cast: Cast) -> None:
    weigh(cast, cast.patient, "72.5", 3)
    often = Prepared(lambda keys, moments: WEIGHTS.build(keys, moments).filter(value__gt=0))
    for _ in range(5):
        for number in range(120):
            list(Observation.objects.filter(pk=number))
        with transaction.atomic():
            found = often.rows((cast.patient.pk,), NOW)
            transaction.set_rollback(True)
    assert [statement for statement, _asked in plans() if '"value" >' in statement]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE short_lived (one integer)")
        cursor.execute("DROP TABLE short_lived")
    assert not plans(), "a table went"
    assert often.rows((cast.patient.pk,), NOW) == found
