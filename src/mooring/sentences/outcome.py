"""The words for what a change in score amounts to, each with the instrument's own rule."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "outcome.remission": _("In remission."),
    "outcome.response": _("Response: at least {share} better than at baseline."),
    "outcome.lost_response": _(
        "Response or remission at an earlier score ({best}), neither at the latest ({latest})."
    ),
    "outcome.worse_reliably": _(
        "Worse than at baseline by {points} points; {limit} or more is reliable change."
    ),
    "outcome.better_reliably": _(
        "Better than at baseline by {points} points ({limit} or more is reliable change), short of a response."
    ),
    "outcome.same": _("The same as at baseline."),
    "outcome.better_without_rule": _(
        "Better than at baseline by {points} points. This instrument has no rule for reliable change."
    ),
    "outcome.worse_without_rule": _(
        "Worse than at baseline by {points} points. This instrument has no rule for reliable change."
    ),
    "outcome.better_within_chance": _(
        "Better than at baseline by {points} points, less than the {limit} that count as reliable change."
    ),
    "outcome.worse_within_chance": _(
        "Worse than at baseline by {points} points, less than the {limit} that count as reliable change."
    ),
    "outcome.baseline_below_caseness": _(
        "Response is not judged: the baseline of {baseline} was below the range for it."
    ),
    "outcome.no_response_rule": _("Response is not judged: this instrument has no rule for it."),
}
