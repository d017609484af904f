"""What the database refuses is said by the form in words of its own, never as "Constraint … is violated"."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.db.models import CheckConstraint

from mooring.care.measures.forms import AssessmentForm
from mooring.care.papers.forms import TrialForm
from mooring.care.referrals.forms import InterestForm
from mooring.desk.people.forms import CredentialForm, PolicyForm
from tests.people import Cast

pytestmark = pytest.mark.django_db

BROKEN: dict[str, Callable[[Cast], "forms.ModelForm[Any]"]] = {
    "care_referrals_lead_can_be_reached": lambda cast: InterestForm(
        {"legal_name": "Ngozi Adeyemi", "birth_date": "1987-03-25"}, site=cast.site
    ),
    "care_papers_trial_ends_after_start": lambda cast: TrialForm(
        {"name": "Sertraline", "started_on": "2026-02-01", "ended_on": "2026-01-01"}
    ),
    "identity_credential_ends_after_start": lambda cast: CredentialForm(
        kinds={}, data={"valid_from": "2026-02-01", "valid_until": "2026-01-01"}
    ),
    "identity_policy_contact_window": lambda cast: PolicyForm(
        {"contact_from_hours": "72", "contact_until_hours": "24"}
    ),
    "care_measures_assessment_has_plan": lambda cast: AssessmentForm({"plan": " "}),
}
"""By constraint, a form filled in so that the constraint does not hold."""


def _forms(form: type[forms.ModelForm]) -> Iterator[type[forms.ModelForm]]:  # type: ignore[type-arg]
    for below in form.__subclasses__():
        yield from (below, *_forms(below))


def _reached() -> set[str]:
    """The conditions that a form of ours can break by itself: all that they compare is typed into it."""
    for app in apps.get_app_configs():
        if app.name.startswith("mooring"):
            with suppress(ModuleNotFoundError):
                import_module(f"{app.name}.forms")
    reached = set()
    for form in filter(lambda form: form.__module__.startswith("mooring"), _forms(forms.ModelForm)):
        typed = set(form._meta.fields or ())
        for constraint in form._meta.model._meta.constraints if form._meta.model else ():
            if isinstance(constraint, CheckConstraint):
                compared = set(re.findall(r"\('([a-z]+(?:_[a-z]+)*?)(?:__\w+)?',", str(constraint.condition)))
                if compared and compared <= typed:
                    reached.add(constraint.name)
    return reached


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_condition_is_said_in_words(name: str, cast: Cast) -> None:
    form = BROKEN[name](cast)
    said = [str(error) for errors in form.errors.values() for error in errors]
    assert said
    assert not [sentence for sentence in said if "Constraint" in sentence or name in sentence]


def test_every_condition_within_one_form_is_tried() -> None:
    assert _reached() <= set(BROKEN)
