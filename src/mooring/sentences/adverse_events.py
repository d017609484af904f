"""The words for adverse events: grades, seriousness, expectedness, what does not fit together."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.rules.adverse_events import Expectation, ReportTo, Seriousness

GRADES = {
    1: (gettext_lazy("1 mild"), gettext_lazy("no treatment; the dose continues")),
    2: (gettext_lazy("2 moderate"), gettext_lazy("treated here: a medicine, a pause")),
    3: (gettext_lazy("3 severe"), gettext_lazy("the dose stops, or hospital; not in danger of life")),
    4: (gettext_lazy("4 life-threatening"), gettext_lazy("urgent intervention; a serious event")),
    5: (gettext_lazy("5 death"), gettext_lazy("related to the event")),
}
"""CTCAE's five grades, in short words of ours."""
SERIOUS = {
    Seriousness.DEATH: gettext_lazy("death"),
    Seriousness.LIFE_THREATENING: gettext_lazy("life-threatening as it occurred"),
    Seriousness.HOSPITAL: gettext_lazy("admission to hospital, or a longer stay"),
    Seriousness.DISABILITY: gettext_lazy("lasting or significant disability"),
    Seriousness.BIRTH_DEFECT: gettext_lazy("birth defect"),
    Seriousness.IMPORTANT: gettext_lazy("important medical event, by judgment"),
}
REPORTED = {
    ReportTo.REMS: gettext_lazy("REMS"),
    ReportTo.MANUFACTURER: gettext_lazy("manufacturer"),
    ReportTo.REGULATOR: gettext_lazy("medicines regulator (in the US FDA MedWatch)"),
    ReportTo.STATE: gettext_lazy("state or health authority"),
    ReportTo.BOARD: gettext_lazy("ethics or professional board"),
    ReportTo.INSURER: gettext_lazy("insurer"),
    ReportTo.NOBODY: gettext_lazy("no report due, with the reason"),
}
FAULTS = {
    "adverse_event.grade_means_life_threatening": gettext_lazy(
        "Grade 4 is life-threatening: choose that reason too."
    ),
    "adverse_event.grade_means_death": gettext_lazy("Grade 5 is a death: choose that reason too."),
    "adverse_event.death_is_grade_5": gettext_lazy("A death is grade 5."),
    "adverse_event.fatal_is_a_death": gettext_lazy("The outcome is fatal: choose death as the reason."),
}


def grade_words(grade: int | None) -> str:
    return str(GRADES[grade][0]) if grade else _("not graded")


def expectation_words(found: Expectation) -> str:
    """`expected: US esketamine, boxed warning`"""
    if not found.known:
        return _("not assessed: no term of the list")
    if found.under is None:
        return _("unexpected: no label in our tables names it for this product")
    where = f", {found.under.where}" if found.under.where else ""
    return _("expected: {document}{where}").format(document=found.under.document, where=where)
