"""What this room knows of a patient: the texts that are signed, those that were taken back, what was chosen."""

from datetime import datetime

from django.db.models import Q

from mooring.care.consents.models import Consent
from mooring.care.patients.models import Patient
from mooring.rules.verdict import Fact

ROOM = "consents"


def facts_here(patient: Patient, at: datetime) -> list[Fact]:
    """`consent_signed`: `id@version digest` of each text that stands. `consent_to_…`: the choices of the newest."""
    standing = Consent.objects.filter(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=at), patient=patient)
    found: list[Fact] = []
    choices: dict[str, Fact] = {}
    for each in standing.filter(signed_at__lte=at).select_related("taken_by").order_by("signed_at", "id"):
        who = str(each.taken_by)
        found.append(
            Fact("consent_signed", f"{each.text} {each.text_digest}", each.signed_at, who, room=ROOM)
        )
        for code, agreed in each.choices.items():
            key = f"consent_to_{code}"
            choices[key] = Fact(key, "yes" if agreed else "no", each.signed_at, who, room=ROOM)
    return [*found, *choices.values()]
