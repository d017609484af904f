"""Acts of this room: the register of adverse events, and esketamine's safety programme (REMS)."""

from mooring.care.safety.actions.register import Assessed as Assessed
from mooring.care.safety.actions.register import NewEvent as NewEvent
from mooring.care.safety.actions.register import assess_event as assess_event
from mooring.care.safety.actions.register import record_event as record_event
from mooring.care.safety.actions.register import report_event as report_event
from mooring.care.safety.actions.register import withdraw_event as withdraw_event
from mooring.care.safety.actions.rems import CertificationForm as CertificationForm
from mooring.care.safety.actions.rems import EnrolmentForm as EnrolmentForm
from mooring.care.safety.actions.rems import certify_site as certify_site
from mooring.care.safety.actions.rems import confirm_certification as confirm_certification
from mooring.care.safety.actions.rems import end_certification as end_certification
from mooring.care.safety.actions.rems import enrol_patient as enrol_patient
from mooring.care.safety.actions.rems import move_enrolment as move_enrolment
from mooring.care.safety.actions.rems import verify_enrolment as verify_enrolment
