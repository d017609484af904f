"""The words for what a protocol proposes next."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "follow_up.protocol_ended": _(
        "{protocol} is no longer in force. This treatment keeps it; consider whether another fits better."
    ),
    "follow_up.protocol_changed": _(
        "{protocol} has a newer version, {current}. What changed: {changed} This treatment keeps its own."
    ),
    "follow_up.next_dose": _("Dose {number} of {of}."),
    "follow_up.too_little": _(
        "After {doses} doses the score is {share} lower; the plan asks for {least_share}, or another treatment."
    ),
    "follow_up.review_now": _("Review after dose {number}, before the next one."),
    "follow_up.regular_review": _("Regular review due on {on}."),
    "follow_up.many_doses": _(
        "{doses} doses in 90 days, more than {most}: consent again and a medical review."
    ),
    "follow_up.long_gap": _(
        "The last dose was {gap_days} ago, more than {most_days}: review before the next."
    ),
    "follow_up.not_studied": _("It was not studied beyond {most_days}. End it, or choose another treatment."),
    "follow_up.stop_trial": _("The treatment has lasted {after_days}. Try without, with a score each week."),
    "follow_up.step": _("The score is {share} lower; below {below_share} the protocol goes up to {amount}."),
    "follow_up.stable": _(
        "{doses} doses at this gap without becoming worse. Consider {gap_days} between doses."
    ),
    "follow_up.risen": _(
        "The score has risen from its best by as much as the plan allows. Consider a shorter gap."
    ),
}
