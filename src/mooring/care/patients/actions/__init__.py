"""Acts on a patient's record: admit, names and contact, support people, the care team."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from mooring.audit.recording import Actor, note, recorded
from mooring.care.patients.access import LOG_LINK
from mooring.care.patients.links import send_link
from mooring.care.patients.merging import why_not
from mooring.care.patients.models import (
    BirthDateCorrection,
    Patient,
    PostalAddress,
    RecordMerge,
    Sex,
    SupportPerson,
    search_keys_of,
)
from mooring.identity.actions import add_person, join_team, leave_team
from mooring.identity.models import CareTeam, CareTeamMember, Person, RoleAssignment, Site
from mooring.identity.roles import Role
from mooring.rules.verdict import Refused
from mooring.work.actions import (
    Owed,
    change_birth_date_of_links,
    close_tasks_about,
    make_task,
)

LOG_LINK_LASTS = timedelta(days=14)
CONFIRM_WITHIN = timedelta(days=2)  # a design default: the patient's links stay locked meanwhile
PERSON_FIELDS = ("legal_name", "chosen_name", "pronouns", "email", "phone")


@recorded("care.patients.admitted")
def admit_patient(
    *,
    person: Person,
    site: Site,
    birth_date: date,
    sex_at_birth: str = Sex.UNKNOWN,
    team: Iterable[tuple[Person, str]] = (),
    by: Actor,
    at: datetime,
) -> Patient:
    """Make a patient of `person` (an unsaved row) with a care team of (colleague, role) around them."""
    if birth_date > site.today(at):
        raise Refused(_("The date of birth must be in the past. Check the year."))
    _refuse_email_of_another(person)
    person.time_zone = site.time_zone
    person = add_person(person=person, by=by, at=at)
    patient = Patient.objects.create(
        person=person,
        site=site,
        care_team=CareTeam.objects.create(site=site),
        record_number=f"R-{1000 + person.pk}",
        birth_date=birth_date,
        sex_at_birth=sex_at_birth,
        since=at,
        **search_keys_of(person, site),
    )
    for colleague, role in team:
        join_care_team(patient=patient, person=colleague, role=role, by=by, at=at)
    return patient


def _refuse_email_of_another(person: Person) -> None:
    if person.email and Person.objects.filter(email=person.email).exclude(pk=person.pk).exists():
        raise Refused(
            _(
                "Another person here has this e-mail address. Search for their record first. If two people "
                "share the address, leave it empty here and reach this patient by phone."
            )
        )


@recorded("care.patients.details-changed")
def change_details(
    *, patient: Patient, person: Person, sex_at_birth: str, was: Sequence[str], by: Actor, at: datetime
) -> Patient:
    """Save names, pronouns and contact as `person` now holds them (a form has checked and set them).

    `was` are the values of `PERSON_FIELDS` and the sex at birth that the form was opened with; when a colleague
    changed one of them since, nothing is overwritten.
    """
    _refuse_email_of_another(person)
    stored = Person.objects.get(pk=person.pk)
    now_stored = [*(getattr(stored, name) or "" for name in PERSON_FIELDS), patient.sex_at_birth]
    if (person.email or "") != (stored.email or "") and stored.has_usable_password():
        raise Refused(
            _("This person signs in with this e-mail address. They change it themselves, in their own menu.")
        )
    if list(was) != now_stored:
        raise Refused(
            _(
                "A colleague changed these details while this page was open. Your changes were not saved. "
                "Open the page again to see theirs."
            )
        )
    changed = [
        name for name in PERSON_FIELDS if (getattr(person, name) or "") != (getattr(stored, name) or "")
    ]
    person.save(update_fields=list(PERSON_FIELDS))
    keys = search_keys_of(person, patient.site)
    if Patient.objects.filter(pk=patient.pk).update(sex_at_birth=sex_at_birth, **keys) != 1:
        raise Refused(_("This record no longer exists."))
    patient.refresh_from_db()
    note(target=patient, changed=changed)
    return patient


@recorded("care.patients.support-person-added")
def add_support_person(*, support: SupportPerson, by: Actor, at: datetime) -> SupportPerson:
    """Save a support person, passed as an unsaved row whose fields a form has checked."""
    support.full_clean(exclude=["patient"])
    support.save(force_insert=True)
    return support


@recorded("care.patients.support-person-ended")
def end_support_person(*, support: SupportPerson, by: Actor, at: datetime) -> SupportPerson:
    """Take a support person off the record; the row stays."""
    if SupportPerson.objects.filter(pk=support.pk, ended_at__isnull=True).update(ended_at=at) != 1:
        raise Refused(_("{name} was already removed from this record.").format(name=support.name))
    support.refresh_from_db()
    return support


@recorded("care.patients.team-joined")
def join_care_team(*, patient: Patient, person: Person, role: str, by: Actor, at: datetime) -> CareTeamMember:
    """A colleague joins the patient's care team in a role that they hold at the patient's site."""
    held = RoleAssignment.objects.filter(
        person=person, role=role, site=patient.site_id, held_until__isnull=True, person__is_active=True
    )
    if not held.exists():
        raise Refused(
            _("{person} does not hold this role at {site}.").format(person=person, site=patient.site)
        )
    note(target=patient, who=person.actor_ref, role=str(role))
    return join_team(team=patient.care_team, person=person, role=role, by=by, at=at)


@recorded("care.patients.team-left")
def leave_care_team(*, patient: Patient, member: CareTeamMember, by: Actor, at: datetime) -> CareTeamMember:
    """A colleague leaves the patient's care team."""
    note(target=patient, who=member.person.actor_ref, role=member.role)
    return leave_team(member=member, by=by, at=at)


@recorded("care.patients.log-sent")
def send_log(*, patient: Patient, by: Person, at: datetime) -> Patient:
    """Send the patient a link to the access history of their record; an earlier link stops working."""
    send_link(
        patient=patient,
        kind=LOG_LINK,
        about=patient,
        opens="patient-own-log",
        lasts=LOG_LINK_LASTS,
        title=_("Who opened your record at {site}").format(site=patient.site),
        body=_("See who opened your record at {site}, and when: {link}").format(
            site=patient.site, link="{link}"
        ),
        otherwise=_("Print the list and hand it over."),
        by=by,
        at=at,
    )
    return patient


@recorded("care.patients.birth-date-proposed")
def propose_birth_date(
    *, patient: Patient, birth_date: date, reason: str, by: Person, at: datetime
) -> BirthDateCorrection:
    """Propose the correct date of birth; it changes when a colleague has confirmed it."""
    if birth_date > patient.site.today(at):
        raise Refused(_("The date of birth must be in the past. Check the year."))
    if birth_date == patient.birth_date:
        raise Refused(_("This is the date of birth on the record already."))
    if BirthDateCorrection.objects.filter(patient=patient, decided_at__isnull=True).exists():
        raise Refused(_("A correction is waiting for a colleague already. Confirm or reject it first."))
    correction = BirthDateCorrection.objects.create(
        patient=patient,
        was=patient.birth_date,
        becomes=birth_date,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    owed = Owed(
        kind="birth-date-confirm",
        about=correction,
        subject_name=str(patient),
        title=_("Confirm a corrected date of birth"),
        reason=_("Two people correct a date of birth. Check it against a document."),
        address=reverse("patient-birth-date", args=[patient.pk]),
        act=_("Open correction"),
        role=Role.COORDINATOR,
        due_at=at + CONFIRM_WITHIN,
    )
    make_task(owed=owed, site=patient.site, by=by, at=at)
    return correction


@recorded("care.patients.birth-date-confirmed")
def confirm_birth_date(*, correction: BirthDateCorrection, by: Person, at: datetime) -> Patient:
    """A second person confirms: the record and the patient's open links have the correct date from now on."""
    if by == correction.proposed_by:
        raise Refused(_("You proposed this correction. A colleague has to confirm it."))
    _decide_correction(correction, by, at, confirmed=True)
    patient = correction.patient
    changed = Patient.objects.filter(pk=patient.pk, birth_date=correction.was).update(
        birth_date=correction.becomes
    )
    if changed != 1:
        raise Refused(_("The date of birth changed meanwhile. Open the record again."))
    patient.refresh_from_db()
    change_birth_date_of_links(person=patient.person, birth_date=patient.birth_date, by=by, at=at)
    return patient


@recorded("care.patients.birth-date-rejected")
def reject_birth_date(*, correction: BirthDateCorrection, by: Person, at: datetime) -> BirthDateCorrection:
    """The proposal was wrong: the record stays as it is. Who proposed it may take it back this way, too."""
    _decide_correction(correction, by, at, confirmed=False)
    return correction


def _decide_correction(correction: BirthDateCorrection, by: Person, at: datetime, *, confirmed: bool) -> None:
    decided = BirthDateCorrection.objects.filter(pk=correction.pk, decided_at__isnull=True).update(
        decided_by=by, decided_at=at, confirmed=confirmed
    )
    if decided != 1:
        raise Refused(_("A colleague already decided this correction."))
    correction.refresh_from_db()
    outcome = "confirmed" if confirmed else "rejected"
    close_tasks_about(correction, kind="birth-date-confirm", outcome=outcome, by=by, at=at)


@recorded("care.patients.merged")
def merge_records(*, merged: Patient, kept: Patient, reason: str, by: Person, at: datetime) -> RecordMerge:
    """`merged` and `kept` are of one person: from now on `kept` is written, and shows what stands in both."""
    list(Patient.objects.select_for_update().filter(pk__in=(merged.pk, kept.pk)).order_by("pk"))
    merged.refresh_from_db()
    kept.refresh_from_db()
    reasons = why_not(merged=merged, kept=kept)
    if reasons:
        raise Refused(*reasons)
    if Patient.objects.filter(pk=merged.pk, merged_into__isnull=True).update(merged_into=kept) != 1:
        raise Refused(_("A colleague merged this record a moment ago. Open it to see where."))
    merge = RecordMerge.objects.create(merged=merged, kept=kept, reason=reason.strip(), by=by, at=at)
    _read_again(merged, kept)
    note(merged=merged.record_number, kept=kept.record_number)
    return merge


@recorded("care.patients.separated")
def separate_records(*, merge: RecordMerge, reason: str, by: Person, at: datetime) -> RecordMerge:
    """They are two people after all: each record is again what stands in it."""
    separated = RecordMerge.objects.filter(pk=merge.pk, separated_at__isnull=True).update(
        separated_by=by, separated_at=at, separation_reason=reason.strip()
    )
    if separated != 1:
        raise Refused(_("A colleague separated these records a moment ago."))
    merge.refresh_from_db()
    Patient.objects.filter(pk=merge.merged_id, merged_into=merge.kept_id).update(merged_into=None)
    _read_again(merge.merged, merge.kept)
    note(merged=merge.merged.record_number, kept=merge.kept.record_number)
    return merge


def _read_again(*records: Patient) -> None:
    for record in records:
        record.refresh_from_db()
        record.forget_records()


@recorded("care.patients.address-saved")
def save_address(*, patient: Patient, lines: str, by: Person, at: datetime) -> PostalAddress:
    """Save where the patient gets post; papers that were signed before keep the address that stood on them."""
    saved = PostalAddress.objects.create(patient=patient.kept, lines=" ".join(lines.split()), by=by, at=at)
    note(target=saved)
    return saved
