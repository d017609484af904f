"""What this room knows of a patient: the texts that are signed, those that were taken back, what was chosen."""

from datetime import datetime

from django.db.models import Q

from mooring.audit.prepared import Prepared
from mooring.care.consents.models import Consent
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact
from mooring.words.names import name_in_use

ROOM = "consents"
STANDING = Prepared(
    lambda keys, moments: (
        Consent.objects.filter(
            Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=moments[0]), patient__in=keys
        )
        .filter(signed_at__lte=moments[0])
        .order_by("signed_at", "id")
        .values_list(
            "text", "text_digest", "choices", "signed_at", "taken_by__chosen_name", "taken_by__legal_name"
        )
    )
)


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`consent_signed`: `id@version digest` of each text that stands. `consent_to_…`: the choices of the newest."""
    found: list[Fact] = []
    choices: dict[str, Fact] = {}
    for text, digest, chosen_there, when, chosen, legal in STANDING.rows(patient.records, at):
        who = name_in_use(chosen=chosen, legal=legal)
        found.append(Fact("consent_signed", f"{text} {digest}", when, who, room=ROOM))
        for code, agreed in chosen_there.items():
            key = f"consent_to_{code}"
            choices[key] = Fact(key, "yes" if agreed else "no", when, who, room=ROOM)
    return [*found, *choices.values()]
