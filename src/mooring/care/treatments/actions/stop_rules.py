"""Switching a stop rule of long-term safety off and on again: signed, with a reason, never by anything else."""

from datetime import datetime

from django.utils.translation import gettext as _

from mooring.audit.recording import note, recorded
from mooring.care.treatments.actions.treatments import SIGNING
from mooring.care.treatments.facts import stop_rules_now
from mooring.care.treatments.models import StopRuleOff, Treatment
from mooring.care.treatments.queries import where_of
from mooring.identity.competence import may_act
from mooring.identity.models import Person
from mooring.identity.queries import second_signers
from mooring.rules.verdict import Closure, ClosureKind, Override, Refused, closes


@recorded("care.treatments.stop-rule-switched-off")
def switch_off_stop_rule(
    *, treatment: Treatment, rule: str, reason: str, by: Person, at: datetime, second: Person | None = None
) -> StopRuleOff:
    """Switch one stop rule off for this patient until what it rests on changes; the gate reads it as closed.

    Refused for a rule that finds nothing now, without a reason, for a rule that nobody may override, and where two
    people are asked for and one signs.
    """
    competent = may_act(by, SIGNING, at=at, site=treatment.patient.site, where=where_of(treatment))
    if not competent.allowed:
        raise Refused(verdict=competent)
    if not reason.strip():
        raise Refused(_("Enter why this stop rule is switched off."))
    _verdict, still_open = stop_rules_now(treatment, at)
    finding = next((each for each in still_open if each.rule == rule), None)
    if finding is None:
        raise Refused(_("This stop rule finds nothing now, or is off already. Open the page again."))
    if (
        second is not None
        and not second_signers(treatment.patient.site, at, besides=by).filter(pk=second.pk).exists()
    ):
        raise Refused(_("{name} cannot sign second here.").format(name=second))
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
            if finding.override == Override.TWO_PEOPLE
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
