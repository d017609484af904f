"""Every code of the session's rules has words, and every word a code."""

from decimal import Decimal

import pytest

from mooring.rules.discharge import DischargeCode
from mooring.rules.doses.quantity import DoseQuantity
from mooring.rules.monitoring import Alert, AlertCode
from mooring.sentences import alerts, discharge
from mooring.sentences.doses import quantity_words
from tests.rules.knowledge import NOON

pytestmark = pytest.mark.pure


def test_every_alert_code_has_words_and_every_word_a_code() -> None:
    assert set(alerts.WORDS) == set(AlertCode)


def test_every_discharge_code_has_words_and_every_word_a_code() -> None:
    assert set(discharge.WORDS) == set(DischargeCode)


@pytest.mark.parametrize("code", list(AlertCode))
def test_the_words_of_an_alert_name_what_was_found(code: AlertCode) -> None:
    alert = Alert("T@1/x", "x", "red", "SpO2 is low", "Rouse.", 88, NOON, code=code, within_min=3)
    assert "SpO2 is low" in alerts.alert_says(alert)
    assert "{" not in alerts.alert_says(alert) + alerts.alert_asks(alert)
    assert ("3" in alerts.alert_asks(alert)) == (code == AlertCode.CONFIRM)


@pytest.mark.parametrize(
    ("shape", "words"),
    [("devices", "84 mg in 3 devices"), ("sprays", "84 mg in 3 sprays"), ("units", "84 mg in 3 units")],
)
def test_what_was_given_is_counted_in_what_it_was_given_with(shape: str, words: str) -> None:
    quantity = DoseQuantity(Decimal(84), count=3)
    assert quantity_words(quantity, shape).replace("\u00a0", " ") == words
