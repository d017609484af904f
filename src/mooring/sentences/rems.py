"""The words of esketamine's safety programme (REMS): attestations, acknowledgments; in our own words."""

from django.utils.translation import gettext_lazy as _

from mooring.rules.rems_programme import Acknowledgment, Attestation

ATTESTATIONS = {
    Attestation.READ: _("The prescribing information and the programme’s overview were read."),
    Attestation.PRESCRIBER_ON_SITE: _("A prescriber is on site while it is given and the patient monitored."),
    Attestation.MONITORED_TWO_HOURS: _(
        "A health professional on site monitors each patient for at least two hours and until sedation, "
        "dissociation and respiratory depression have resolved."
    ),
    Attestation.OXIMETER: _("A pulse oximeter is on site."),
    Attestation.TRAINED: _("Everybody who takes part is trained, and the training is recorded."),
    Attestation.COUNSELLED: _("Each patient is counselled and enrolled before the first dose."),
    Attestation.VERIFIED: _("Enrolment is verified before each dose is dispensed."),
    Attestation.SUPERVISED: _("Patients use it themselves under direct observation."),
    Attestation.FORM_IN_SEVEN_DAYS: _("The monitoring form is sent within seven days of every dose."),
    Attestation.TRANSFERS: _("The programme is told before a patient moves to another certified setting."),
    Attestation.NOT_OUTSIDE: _("It is never used outside a certified setting."),
    Attestation.NO_TRANSFER_OF_STOCK: _("It is not transferred, lent or sold."),
    Attestation.RECERTIFIED: _("A new authorised representative certifies the setting again."),
    Attestation.RECORDS: _("Training and dispensing records are kept."),
    Attestation.AUDITS: _("The programme may audit."),
}
ACKNOWLEDGMENTS = {
    Acknowledgment.SELF_USE: _("I use the spray myself, while a health professional watches."),
    Acknowledgment.TWO_HOURS: _("I stay for at least two hours and until I am told that I may leave."),
    Acknowledgment.NO_DRIVING: _(
        "I do not drive or do anything dangerous until the next day, after a restful sleep."
    ),
    Acknowledgment.MEDICINES: _("I tell the team about every medicine that I take."),
    Acknowledgment.DATA: _("Data about my treatment are shared with the programme."),
}
