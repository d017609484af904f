"""Switching a stop rule of long-term safety off and on again: signed, with a reason, never by anything else."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions.signers import refuse_signers
from mooring.care.treatments.actions.treatments import SIGNING
from mooring.care.treatments.facts import stop_rules_now
from mooring.care.treatments.models import StopRuleOff, Treatment
from mooring.identity.models import Person
from mooring.rules.verdict import Closure, ClosureKind, Refused, closes


@recorded("care.treatments.stop-rule-switched-off")
def switch_off_stop_rule(
    *, treatment: Treatment, rule: str, reason: str, by: Person, at: datetime, second: Person | None = None
) -> StopRuleOff:
    """Switch one stop rule off for this patient until what it rests on changes; the gate reads it as closed.

    Refused for a rule that finds nothing now, without a reason, for a rule that nobody may override, and where two
    people are asked for and one signs.
    """
    refuse_signers(treatment, SIGNING, by=by, second=second, at=at)
    if not reason.strip():
        raise Refused(_("Enter why this stop rule is switched off."))
    holding = stop_rules_now(treatment, at).holding
    finding = next((each for each in holding if each.rule == rule), None)
    if finding is None:
        raise Refused(_("This stop rule finds nothing now, or is off already. Open the page again."))
    closing = Closure(
        rule=rule,
        kind=ClosureKind.OVERRIDDEN,
        by=by.actor_ref,
        reason=reason,
        second=second.actor_ref if second else "",
    )
    if not closes(closing, finding):
        raise Refused(
            _("Two people switch this off: a second prescriber signs as well.")
            if finding.asks_two
            else _("No one can switch this off. {asks}").format(asks=finding.asks)
        )
    made = StopRuleOff.objects.create(
        patient=treatment.patient,
        treatment=treatment,
        rule=rule,
        reason=reason.strip(),
        by=by,
        second=second,
        at=at,
    )
    note(target=made, rule=rule, two=second is not None)
    return made


@recorded("care.treatments.stop-rule-switched-on")
def switch_on_stop_rule(*, off: StopRuleOff, by: Person, at: datetime) -> StopRuleOff:
    """The stop rule counts again from now on."""
    ended = StopRuleOff.objects.filter(pk=off.pk, ended_at__isnull=True).update(ended_at=at, ended_by=by)
    if ended != 1:
        raise Refused(_("A colleague switched it on a moment ago."))
    off.refresh_from_db()
    note(rule=off.rule)
    return off
