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
    "dose.other_shape": _("The order is written as {ordered}, the protocol as {expected}."),
    "dose.order_within_ceiling": _("Order less. The medical director signs the site's ceiling."),
    "dose.above_hourly": _("{dose_mg} an hour is above the ceiling of {ceiling_mg} an hour."),
    "dose.other_first": _("The first dose is {first_mg} by the label; {dose_mg} is ordered."),
    "dose.other_each": _("One holds {exists_mg}, not {each_mg}."),
    "dose.unusual_each": _("{each_mg} in one is unusual; pharmacies usually make {usual_mg}."),
    "dose.read_label": _("Read the label of the product."),
    "dose.not_whole": _("{dose_mg} is no whole number of {each_mg}."),
    "dose.rounded_to_each": _("The intended dose is {exact_mg}; whole units come to {dose_mg}."),
    "dose.too_many_sites": _("{sites} injection sites; the protocol has at most {most}."),
    "dose.no_booster": _("A booster of {booster_mg} is ordered; the protocol plans none."),
    "dose.no_afterwards": _("The order does not say whether the unit is swallowed or spat out."),
    "dose.no_hold": _("The order does not say how long it is held under the tongue."),
    "dose_step.by_weight": _("{dose} mg/kg × {weight_kg}"),
    "dose_step.by_weight_and_time": _("{dose} mg/kg/h × {weight_kg} × {time_min}"),
    "dose_step.per_session": _("dose for one session; weight does not enter"),
    "dose_step.volume": _("{dose_mg} ÷ {concentration_mg_per_ml}"),
    "dose_step.rate": _("{volume_ml} in {time_min}"),
    "dose_step.split": _("{volume_ml} over {sites} sites, in each"),
    "dose_step.booster": _("booster {dose_mg}, {least_min} to {most_min} after the first injection"),
    "dose_step.with_booster": _("most in this session: {dose_mg} + {booster_mg}"),
    "dose_step.devices": _("{dose_mg} ÷ {each_mg} in one device"),
    "dose_step.device_sprays": _("{count} devices × {each} sprays in each"),
    "dose_step.rests": _("last device not before: {count} × {rest_min} of rest"),
    "dose_step.sprays": _("{dose_mg} ÷ {each_mg} in one spray"),
    "dose_step.intervals": _("last spray not before: {count} × {rest_min}"),
    "dose_step.units": _("{dose_mg} ÷ {each_mg} in one"),
    "dose_step.hold_then_spit": _("hold, then spit it out"),
    "dose_step.hold_then_swallow": _("hold, then swallow"),
    "part.not_ordered": _("The order has {ordered} parts; there is no number {number}."),
    "part.given_already": _("Number {number} was given at {at}. It is not counted twice."),
    "part.earlier_first": _("Number {missing} was not given yet. Record that one first."),
    "part.dosing_ended": _("Dosing ended at {at}; nothing is given after that."),
    "part.above_order": _(
        "{given_mg} is more than the {ordered_mg} that is ordered. More needs a new order."
    ),
    "part.rest_not_over": _(
        "The {rest_min} after the one before end at {at}. Wait; if it was given already, say why it was early."
    ),
    "part.too_late": _(
        "More than {until_min} after the first injection. If it was given, say why it was late; otherwise end the dosing."
    ),
    "spacing.too_close": _(
        "The last dose was {gap_days} ago; the protocol requires at least {least_days} between doses."
    ),
    "spacing.not_before": _("Not before {on}."),
    "spacing.too_far": _(
        "The last dose was {gap_days} ago; the protocol plans at most {most_days} between doses."
    ),
    "spacing.review_plan": _("Review the plan."),
    "spacing.all_given": _("{given} doses were given; the protocol has {most}."),
    "spacing.not_studied": _(
        "The treatment has lasted {since_days}; it was not studied for longer than {most_days}."
    ),
    "spacing.new_plan": _("Review, and sign a new plan."),
}
