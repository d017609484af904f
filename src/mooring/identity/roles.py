"""The written permission table: which role may do what, and how far it reaches.

This is the only place where a permission is given. docs/permissions.md is written from it, and a test
keeps the two alike.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    COORDINATOR = "coordinator", _("Care coordinator")
    PRESCRIBER = "prescriber", _("Prescriber")
    MONITOR = "monitor", _("Monitor")
    THERAPIST = "therapist", _("Therapist")
    FACILITATOR = "facilitator", _("Facilitator")
    MEDICAL_DIRECTOR = "medical-director", _("Medical director")
    PRIVACY_OFFICER = "privacy-officer", _("Privacy officer")
    AUTHORISED_REPRESENTATIVE = "authorised-representative", _("Authorised representative (REMS)")
    EDUCATOR = "educator", _("Educator")
    LEARNER = "learner", _("Learner")
    INSPECTOR = "inspector", _("Inspector")
    EXTERNAL = "external", _("External professional")
    PATIENT = "patient", _("Patient")
    SUPPORT_PERSON = "support-person", _("Support person")


class Reach(StrEnum):
    """How far a permission reaches: records of one's care teams, of the site, or what is one's own."""

    TEAM = "team"
    SITE = "site"


class Permission(StrEnum):
    LEADS_WORK = "leads.work"
    PATIENTS_OPEN = "patients.open"
    PATIENTS_WRITE = "patients.write"
    PATIENTS_MERGE = "patients.merge"
    DISCLOSURES_READ = "disclosures.read"
    DISCLOSURES_WRITE = "disclosures.write"
    RECORDS_ERASE = "records.erase"
    RECORD_LOG_READ = "record-log.read"
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_REVIEW = "emergency.review"
    OBSERVATIONS_WRITE = "observations.write"
    MEASURES_READ = "measures.read"
    MEASURES_WRITE = "measures.write"
    SCREENING_READ = "screening.read"
    SCREENING_SEND = "screening.send"
    SCREENING_DECIDE = "screening.decide"
    CONSENTS_READ = "consents.read"
    CONSENTS_TAKE = "consents.take"
    TREATMENTS_READ = "treatments.read"
    TREATMENTS_SIGN = "treatments.sign"
    TREATMENTS_END = "treatments.end"
    PREPARATION_WRITE = "preparation.write"
    READINESS_WRITE = "readiness.write"
    ORDERS_SIGN = "orders.sign"
    SESSIONS_READ = "sessions.read"
    SESSIONS_WRITE = "sessions.write"
    SESSIONS_SIGN_OFF = "sessions.sign-off"
    SAFETY_READ = "safety.read"
    SAFETY_WRITE = "safety.write"
    SAFETY_ASSESS = "safety.assess"
    REMS_CERTIFY = "rems.certify"
    REMS_ENROL = "rems.enrol"
    REMS_VERIFY = "rems.verify"
    STOCK_READ = "stock.read"
    STOCK_WRITE = "stock.write"
    STOCK_WITNESS = "stock.witness"
    STOCK_SETTLE = "stock.settle"
    REMS_READ = "rems.read"
    REMS_SIGN = "rems.sign"
    REMS_SEND = "rems.send"
    NOTES_WRITE = "notes.write"
    INTEGRATION_READ = "integration.read"
    INTEGRATION_WRITE = "integration.write"
    PANEL_READ = "panel.read"
    PEOPLE_MANAGE = "people.manage"
    SITES_MANAGE = "sites.manage"
    CREDENTIALS_MANAGE = "credentials.manage"
    POLICY_SIGN = "policy.sign"
    PACK_SIGN = "pack.sign"
    AUDIT_READ = "audit.read"
    COURSES_TEACH = "courses.teach"
    COURSES_PUBLISH = "courses.publish"
    CREDITS_MANAGE = "credits.manage"
    ORDERS_MANAGE = "orders.manage"


@dataclass(frozen=True)
class Entry:
    """One line of the table: what the permission lets one do, and who has it how far."""

    says: str | Promise
    site: tuple[Role, ...] = ()
    team: tuple[Role, ...] = ()


CO, PR, MO, TH, FA, MD = (
    Role.COORDINATOR,
    Role.PRESCRIBER,
    Role.MONITOR,
    Role.THERAPIST,
    Role.FACILITATOR,
    Role.MEDICAL_DIRECTOR,
)
PO, AD, IN, ED = Role.PRIVACY_OFFICER, Role.ADMINISTRATOR, Role.INSPECTOR, Role.EDUCATOR
AR = Role.AUTHORISED_REPRESENTATIVE
P = Permission

TABLE: dict[Permission, Entry] = {
    P.LEADS_WORK: Entry(_("answer interest forms and move leads"), site=(CO, MD)),
    P.PATIENTS_OPEN: Entry(_("find and open a patient's record"), site=(CO, PR, MO, MD), team=(TH, FA)),
    P.PATIENTS_WRITE: Entry(_("change contact details, names, the care team"), site=(CO, PR, MD)),
    P.PATIENTS_MERGE: Entry(_("merge two records of one person, separate them again"), site=(CO, PO, MD)),
    P.RECORD_LOG_READ: Entry(_("see who opened a record"), site=(PO, MD, CO, PR), team=(TH,)),
    P.DISCLOSURES_READ: Entry(
        _("read what was disclosed, to whom and under which consent"), site=(PO, MD, CO, PR), team=(TH,)
    ),
    P.DISCLOSURES_WRITE: Entry(
        _("take a consent to disclose, record a disclosure, export a record"), site=(PO, MD, CO, PR)
    ),
    P.RECORDS_ERASE: Entry(_("erase what may go of a person who is no longer treated"), site=(PO, MD)),
    P.EMERGENCY_OPEN: Entry(
        _("read any patient's record in an emergency, for a limited time"), site=(PR, MO, TH, FA, MD)
    ),
    P.EMERGENCY_REVIEW: Entry(_("review an emergency access afterwards"), site=(PO, MD)),
    P.OBSERVATIONS_WRITE: Entry(_("write weight, blood pressure, medicines"), site=(PR, MO, CO, MD)),
    P.MEASURES_READ: Entry(_("read questionnaires and scores"), site=(CO, PR, MO, MD), team=(TH, FA)),
    P.MEASURES_WRITE: Entry(
        _("send a questionnaire, fill one with the patient"), site=(CO, PR, MO, MD), team=(TH,)
    ),
    P.SCREENING_READ: Entry(_("read screening answers and the verdict"), site=(CO, PR, MD), team=(TH,)),
    P.SCREENING_SEND: Entry(_("send the screening link"), site=(CO, PR, MD)),
    P.SCREENING_DECIDE: Entry(_("confirm or refute findings and decide"), site=(PR, MD)),
    P.CONSENTS_READ: Entry(_("read consent records"), site=(CO, PR, MO, MD), team=(TH, FA)),
    P.CONSENTS_TAKE: Entry(_("take a consent in the room"), site=(CO, PR, MO, MD), team=(TH,)),
    P.TREATMENTS_READ: Entry(_("read treatments, cycles, orders"), site=(CO, PR, MO, MD), team=(TH, FA)),
    P.TREATMENTS_SIGN: Entry(_("sign a treatment"), site=(PR, MD)),
    P.TREATMENTS_END: Entry(_("end a treatment with an outcome"), site=(PR, MD)),
    P.PREPARATION_WRITE: Entry(_("write the preparation visit"), site=(PR, MD), team=(TH, FA)),
    P.READINESS_WRITE: Entry(_("record readiness facts"), site=(CO, PR, MO, MD)),
    P.ORDERS_SIGN: Entry(_("sign a dose order"), site=(PR, MD)),
    P.SESSIONS_READ: Entry(_("read a dosing session"), site=(PR, MO, MD, CO), team=(TH, FA)),
    P.SESSIONS_WRITE: Entry(
        _("do the double check, start and log a dosing session"), site=(PR, MO, MD), team=(FA,)
    ),
    P.SESSIONS_SIGN_OFF: Entry(_("sign off a dosing session"), site=(PR, MD)),
    P.SAFETY_READ: Entry(
        _("read the register of adverse events and incidents"), site=(CO, PR, MO, MD), team=(TH, FA)
    ),
    P.SAFETY_WRITE: Entry(
        _("record an adverse event or incident, and its report"), site=(CO, PR, MO, MD), team=(TH, FA)
    ),
    P.SAFETY_ASSESS: Entry(_("assess an adverse event: relation, seriousness, outcome"), site=(PR, MD)),
    P.REMS_CERTIFY: Entry(_("sign the setting’s REMS form, record its confirmation"), site=(AR,)),
    P.REMS_ENROL: Entry(_("enrol a patient in the REMS"), site=(PR, MD)),
    P.REMS_VERIFY: Entry(_("record what the REMS answered, verify before dispensing"), site=(CO, PR, MO, MD)),
    P.STOCK_READ: Entry(_("read the controlled-drug ledger and its reports"), site=(PR, MO, MD, CO, IN)),
    P.STOCK_WRITE: Entry(_("receive, draw, waste and count controlled drugs"), site=(PR, MO, MD)),
    P.STOCK_WITNESS: Entry(_("witness a waste or a count"), site=(PR, MO, MD, TH, FA)),
    P.STOCK_SETTLE: Entry(
        _("set up safes, settle differences, adjust, sign the ledger's policy"), site=(MD,)
    ),
    P.REMS_READ: Entry(_("read the forms of the esketamine programme"), site=(PR, MO, MD, CO, AR)),
    P.REMS_SIGN: Entry(_("sign a monitoring form"), site=(PR, MO, MD)),
    P.REMS_SEND: Entry(_("send a monitoring form and record its confirmation"), site=(AR, MD, CO)),
    P.NOTES_WRITE: Entry(
        _("write psychotherapy notes, and read one's own; no role reads those of others"), team=(TH,)
    ),
    P.INTEGRATION_READ: Entry(_("read integration contacts and visits"), site=(PR, CO, MD), team=(TH, FA)),
    P.INTEGRATION_WRITE: Entry(_("record contacts and integration visits"), site=(PR, MD, CO), team=(TH,)),
    P.PANEL_READ: Entry(_("read the site’s outcomes by dose, without names"), site=(CO, PR, MD)),
    P.PEOPLE_MANAGE: Entry(_("invite people, give roles, correct names"), site=(AD, MD)),
    P.SITES_MANAGE: Entry(
        _("open a further site, change a site's hours, phone and crisis lines"), site=(AD, MD)
    ),
    P.CREDENTIALS_MANAGE: Entry(_("record credentials and their expiry"), site=(AD, MD, CO)),
    P.POLICY_SIGN: Entry(_("sign the site's policy"), site=(MD,)),
    P.PACK_SIGN: Entry(_("sign a knowledge pack for the site"), site=(MD,)),
    P.AUDIT_READ: Entry(_("read the audit of the site"), site=(PO, MD, IN)),
    P.COURSES_TEACH: Entry(_("see learners' progress, analyse items, regrade, extend"), site=(ED, MD)),
    P.COURSES_PUBLISH: Entry(_("publish a version of a course"), site=(ED,)),
    P.CREDITS_MANAGE: Entry(_("manage credit offerings, disclosures and certificates"), site=(AD, ED)),
    P.ORDERS_MANAGE: Entry(_("say what a course costs, see orders, record payments, refund"), site=(AD,)),
}


READ_IN_EMERGENCY = frozenset(
    {
        P.PATIENTS_OPEN,
        P.MEASURES_READ,
        P.SCREENING_READ,
        P.CONSENTS_READ,
        P.TREATMENTS_READ,
        P.SESSIONS_READ,
        P.INTEGRATION_READ,
    }
)
"""What an emergency access lends at most, and only where the person's own role reads the same of their patients."""


def reach_of(role: str, permission: Permission) -> Reach | None:
    """How far `permission` reaches for someone in `role`; None when the role does not have it."""
    entry = TABLE[permission]
    if role in entry.site:
        return Reach.SITE
    return Reach.TEAM if role in entry.team else None


def outranks(role: str, held: Iterable[str]) -> bool:
    """Whether `role` may anything, or reaches further, than all of `held` together: giving it takes two people.

    outranks("prescriber", ["administrator"])          True
    outranks("prescriber", ["medical-director"])       False
    outranks("learner", ["administrator"])             False, a learner may nothing of the table
    """
    rank = {None: 0, Reach.TEAM: 1, Reach.SITE: 2}
    own = list(held)
    return any(
        rank[reach_of(role, permission)] > max((rank[reach_of(each, permission)] for each in own), default=0)
        for permission in TABLE
    )


def covers(role: str, other: str) -> bool:
    """Whether `role` may do everything that `other` may, at least as far: it can stand in for it."""
    if role == other:
        return True
    rank = {None: 0, Reach.TEAM: 1, Reach.SITE: 2}
    asked = [(permission, reach_of(other, permission)) for permission in TABLE]
    if not any(reach for _, reach in asked):
        return False
    return all(rank[reach_of(role, permission)] >= rank[reach] for permission, reach in asked)
