"""The words for why an offering of credit is closed, why a claim is refused, and what a maker has not disclosed."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "credit.not_disclosed": _("{maker} has not disclosed the last {months} months."),
    "credit.disclosure_old": _("{maker} disclosed on {on}. Disclosures are renewed every year."),
    "credit.not_mitigated": _("The relationship of {maker} with {company} is not mitigated."),
    "credit.role_not_given": _("{maker} was not given the role of {role}."),
    "credit.paused": _("Paused by its provider."),
    "credit.starts": _("Credit starts on {on}."),
    "credit.ended": _("Credit ended on {on}."),
    "credit.amount_no_number": _("The amount is not a number."),
    "credit.amount_whole": _("This credit is claimed whole: {most}."),
    "credit.amount_range": _("Between {step} and {most} can be claimed."),
    "credit.amount_step": _("Credit is claimed in steps of {step}."),
    "credit.professions": _("Only for: {professions}."),
    "credit.states": _("Only for licences of: {states}."),
    "credit.licence": _("Enter the number of your licence first."),
}
