"""The words for what is found in a dose order, and in its distance to earlier doses."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "dose.other_product": _("The order is for {ordered}, the protocol for {expected}."),
    "dose.other_route": _("The order is {ordered}, the protocol {expected}."),
    "dose.other_salt_basis": _("The order counts the {ordered}, the protocol the {expected}."),
    "dose.correct_or_other_protocol": _("Correct the order or choose another protocol."),
    "dose.not_above_0": _("Dose, volume and concentration must be above 0."),
    "dose.correct": _("Correct the order."),
    "dose.no_presentation": _("No presentation of {product} is chosen."),
    "dose.choose_presentation": _("Choose a presentation that is given by this route."),
    "dose.presentation_other_route": _("{name} is not given {route}."),
    "dose.must_be_diluted": _("{name} must never be given undiluted by this route."),
    "dose.dilute": _("Choose one of its dilutions."),
    "dose.no_such_concentration": _(
        "{name} is not given at {concentration_mg_per_ml} by this route; it is at {exist_mg_per_ml}."
    ),
    "dose.choose_concentration": _("Choose a concentration that exists."),
    "dose.no_weight": _("No weight is recorded."),
    "dose.weigh": _("Weigh the patient."),
    "dose.old_weight": _("The weight is {age_days} old; the site allows {fresh_days}."),
    "dose.weigh_again": _("Weigh the patient again."),
    "dose.outside": _("{dose} {unit} is outside the protocol: {least} to {most} {unit}."),
    "dose.order_within": _("Order a dose within the protocol, or choose another protocol."),
    "dose.no_such_dose": _("{dose_mg} does not exist; there are {exist_mg}."),
    "dose.order_one_that_exists": _("Order one of these doses."),
    "dose.above_second": _("{dose} {unit} is above {above} {unit}."),
    "dose.second_signs": _("A second prescriber signs as well."),
    "dose.no_ceiling": _("This protocol has no ceiling in mg for one session."),
    "dose.site_signs_ceiling": _("The site signs its own version with a ceiling."),
    "dose.above_ceiling": _("{dose_mg} is above the ceiling of {ceiling_mg} a session."),
    "dose.less_or_reason": _("Order less, or give a reason."),
    "dose.disagrees": _("{stated} {unit} is stated, but the order comes to {computed} {unit}."),
    "dose.rounded_much": _("The order comes to {exact} {unit}; {stated} {unit} differs by {share}."),
    "dose.dilute_more": _("Choose a weaker concentration or another duration."),
    "dose.no_pump": _("No pump is in the signed pack."),
    "dose.site_signs_pump": _("The medical director signs a pack that names the pump."),
    "dose.outside_pump": _(
        "The pump cannot run at {rate_ml_per_h}; it runs from {least_ml_per_h} to {most_ml_per_h}."
    ),
    "dose.other_concentration_or_duration": _("Choose another concentration or duration."),
    "dose.outside_duration": _("The order runs {duration_min}; the protocol {least_min} to {most_min}."),
    "dose.correct_duration": _("Correct the duration."),
    "spacing.too_close": _(
        "The last dose was {gap_days} ago; the protocol requires at least {least_days} between doses."
    ),
    "spacing.not_before": _("Not before {on}."),
    "spacing.too_far": _(
        "The last dose was {gap_days} ago; the protocol plans at most {most_days} between doses."
    ),
    "spacing.review_plan": _("Review the plan."),
    "spacing.all_given": _("{given} doses were given; the protocol has {most}."),
    "spacing.new_plan": _("Review, and sign a new plan."),
}
