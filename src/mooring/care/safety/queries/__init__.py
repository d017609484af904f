"""Reads of this room: the register of adverse events, and esketamine's safety programme (REMS)."""

from mooring.care.safety.queries.register import ASSESS as ASSESS
from mooring.care.safety.queries.register import REPORT as REPORT
from mooring.care.safety.queries.register import Filter as Filter
from mooring.care.safety.queries.register import dose_before as dose_before
from mooring.care.safety.queries.register import events_of as events_of
from mooring.care.safety.queries.register import open_points as open_points
from mooring.care.safety.queries.register import register_for as register_for
from mooring.care.safety.queries.register import reports_of as reports_of
from mooring.care.safety.queries.register import term_named as term_named
from mooring.care.safety.queries.register import terms_of as terms_of
from mooring.care.safety.queries.register import timeline_of as timeline_of
from mooring.care.safety.queries.register import unreported as unreported
from mooring.care.safety.queries.register import whole as whole
