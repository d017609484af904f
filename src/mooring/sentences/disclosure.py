"""The words behind the codes of disclosures and their consents."""

from django.utils.translation import gettext_lazy as _

AGAINST = {
    "revoked": _("This consent was revoked. Take a new one, or send nothing."),
    "expired": _("This consent has expired. Take a new one, or send nothing."),
    "records": _(
        "The consent does not cover every kind of record chosen. Choose fewer, or take a new consent."
    ),
    "recipient": _("The consent does not name this recipient. Take one that does."),
    "purpose": _(
        "The consent is for treatment, payment and operations. Another purpose needs a consent of its own."
    ),
    "notes": _("Psychotherapy notes leave only under a consent for them alone."),
    "proceedings": _("Legal proceedings need a consent of their own, or a court order that says so."),
}
MISSING = {
    "recipient": _("Name the recipient, or say that it is everyone who treats this patient."),
    "purpose": _("Enter what it is for. “At the patient's request” is enough."),
    "expiry": _(
        "Enter the day on which it ends. Only a consent for all future treatment, payment and operations has none."
    ),
    "apart": _(
        "Notes of counselling and legal proceedings each need a consent of their own, for one purpose."
    ),
}
