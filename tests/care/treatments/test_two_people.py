"""What asks for two people is gone past by two: a readiness finding, and a dose above the second signature."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mooring.audit.models import Event
from mooring.care.treatments.actions import close_finding
from mooring.care.treatments.gate import read_gate
from mooring.care.treatments.models import Cycle, DoseOrder, ReadinessClosure
from mooring.content.loader import load
from mooring.content.pack import Pack
from mooring.identity.models import Person
from mooring.rules.verdict import ClosureKind, Refused
from tests.care.treatments import before_dosing
from tests.care.treatments.before_dosing import CREDENTIALS, asked, order_for, planned, prepared, ready
from tests.packs import changed, grant, sign_pack_for
from tests.people import NOW, PASSWORD, Cast, make_person

pytestmark = pytest.mark.django_db
RULE = "READY-ALCOHOL@1"


def two_for_alcohol() -> Pack:
    return changed(load(), "readiness", RULE, override="two people")


def two_above_04() -> Pack:
    protocol = load().protocols["IV-STD-6@1"]
    dose = protocol.dose.model_copy(update={"second_signature_above": Decimal("0.4")})
    return changed(load(), "protocols", protocol.key, dose=dose)


def under(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before_dosing, "sign_pack_for", lambda cast: sign_pack_for(cast, pack))


def after_a_glass(cast: Cast) -> Cycle:
    cycle = planned(cast)
    prepared(cast, cycle)
    return asked(cast, cycle, alcohol_last_24h="yes")


def past_it(cast: Cast, cycle: Cycle, second: Person | None) -> ReadinessClosure:
    return close_finding(
        cycle=cycle,
        rule=RULE,
        kind=ClosureKind.OVERRIDDEN,
        reason="One glass of wine at noon yesterday; breath test 0.",
        by=cast.prescriber,
        second=second,
        at=NOW,
    )


def test_two_people_open_the_gate(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    under(two_for_alcohol(), monkeypatch)
    cycle = after_a_glass(cast)
    assert [each.rule for each in read_gate(cycle, NOW).still_open] == [RULE]
    past_it(cast, cycle, cast.director)
    assert read_gate(cycle, NOW).open
    assert Event.objects.get(name="care.treatments.finding-closed").subject == cast.patient.subject_ref


def test_one_person_or_somebody_who_may_not_sign_does_not(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(two_for_alcohol(), monkeypatch)
    cycle = after_a_glass(cast)
    with pytest.raises(Refused, match="Two prescribers"):
        past_it(cast, cycle, None)
    for who in (cast.prescriber, cast.monitor, cast.stranger, cast.patient.person):
        with pytest.raises(Refused, match="cannot sign second"):
            past_it(cast, cycle, who)
    assert not ReadinessClosure.objects.exists()


def test_the_database_keeps_the_two_apart(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    under(two_for_alcohol(), monkeypatch)
    row = past_it(cast, after_a_glass(cast), cast.director)
    row.pk = None
    row.second = cast.prescriber
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_second_person_types_their_own_password(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(two_for_alcohol(), monkeypatch)
    cycle = planned(cast)
    asked(cast, cycle, at=timezone.now(), alcohol_last_24h="yes")
    cast.director.set_password("another long password")
    cast.director.save()
    client.force_login(cast.prescriber)
    path = reverse("cycle-weigh", args=[cycle.pk])
    page = client.get(f"{path}?rule={RULE}").content.decode()
    assert "Second signature" in page
    assert cast.director.legal_name in page
    assert f">{cast.monitor.legal_name}<" not in page
    sent = {
        "rule": RULE,
        "kind": "overridden",
        "reason": "One glass at noon.",
        "second": cast.director.pk,
        "password": PASSWORD,
    }
    assert client.post(path, {**sent, "second_password": PASSWORD}).status_code == 422
    assert not ReadinessClosure.objects.exists()
    assert client.post(path, {**sent, "second_password": "another long password"}).status_code == 302
    assert ReadinessClosure.objects.get().second == cast.director


def test_a_dose_above_the_second_signature_is_signed_by_two(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(two_above_04(), monkeypatch)
    cycle = ready(cast)
    with pytest.raises(Refused, match="A second prescriber signs as well"):
        order_for(cast, cycle, reason="Half a response at 0.4.")
    colleague = make_person("Second Prescriber", ("prescriber", cast.site))
    with pytest.raises(Refused, match="not recorded"):
        order_for(cast, cycle, reason="Half a response at 0.4.", second=colleague)
    grant(colleague, *CREDENTIALS)
    with pytest.raises(Refused, match="Enter why"):
        order_for(cast, cycle, second=colleague)
    with pytest.raises(Refused, match="cannot sign second"):
        order_for(cast, cycle, reason="Half a response at 0.4.", second=cast.prescriber)
    order = order_for(cast, cycle, reason="Half a response at 0.4.", second=colleague)
    assert (order.signed_by, order.second) == (cast.prescriber, colleague)
    assert DoseOrder.objects.count() == 1


def test_the_order_page_asks_for_both_passwords(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    under(two_above_04(), monkeypatch)
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    cycle = ready(cast)
    colleague = make_person("Second Prescriber", ("prescriber", cast.site))
    colleague.set_password("another long password")
    colleague.save()
    grant(colleague, *CREDENTIALS)
    client.force_login(cast.prescriber)
    path = reverse("order-sign", args=[cycle.pk])
    figures = {"amount": "0.5", "drawn": "KETAMINE-50@1 1", "duration_min": "40"}
    page = client.get(path, figures)
    assert "Password of the second person" in page.content.decode()
    sent = {
        **figures,
        "shown": page.context["form"].initial["shown"],
        "reason": "Half a response at 0.4.",
        "second": colleague.pk,
        "password": PASSWORD,
    }
    assert client.post(path, {**sent, "second_password": "wrong"}).status_code == 422
    assert client.post(path, {**sent, "second_password": "another long password"}).status_code == 302
    order = DoseOrder.objects.get()
    assert order.second == colleague
    assert (
        "and, second, by <bdi>Second Prescriber</bdi>"
        in client.get(reverse("order", args=[order.pk])).content.decode()
    )
