"""What a model or a route leaves open, by code; the words are those of the command line.

Pages have words of their own (`mooring.sentences.models`).
"""

from collections.abc import Mapping

NOTES: Mapping[str, str] = {
    "venous_bias": "Venous: too low during an infusion, too high after it, beside arterial data.",
    "paper_not_settled": "Which of two papers the numbers come from is not settled.",
    "site_unverified": "Sampling site unverified.",
    "intensive_care_children": "Only for children's intensive care; the central volume is too small for single doses.",
    "ages_from_sd": "Ages 1.5 to 14 are the mean and two standard deviations.",
    "intensive_care": "Only for intensive care.",
    "composed": "Composed from several studies; never fitted as a whole.",
    "metabolites_arterial": "Metabolites are arterial only: no data link them to venous blood.",
    "no_effect_found": "Sex, weight, liver and kidney tests and disease were tested and had no effect.",
    "renal_factor": "Renal impairment: a study of its own, one factor of 1.22 on exposure (published 1.13 to 1.36).",
    "hepatic_no_number": "Hepatic impairment: the label says that exposure is higher when moderate; no number was to be had.",
    "varies_by_occasion": "Absorption and transit vary between occasions: they are drawn for each occasion of a person.",
    "read_in_transcription": "The coefficients were read in a transcription of table 4, not in the paper.",
    "time_course_chosen": "Bioavailability published, time course chosen.",
    "no_human_data": "No human data: borrowed from the muscle, slower, with a wide spread.",
    "studies_disagree": "Studies disagree four-fold; the preparation matters.",
    "release_assumed": "Bioavailability published, release over eight hours assumed.",
    "absorption_borrowed": "Bioavailability of 11 men; the time course of absorption is borrowed.",
    "below_arterial": "28 mg of one study; below arterial data by 40 %.",
    "one_study_84": "84 mg of one study.",
    "wafer_eight_men": "Wafer of 25 mg, eight men.",
    "three_people": "Three people; as the tablet.",
    "held_ten_minutes": "Held under the tongue or in the cheek for ten minutes; the rest is swallowed.",
}
