"""Mooring: the open platform for ketamine-assisted therapy.

It explains the drug, trains the team and runs the treatment. It gives no dosing advice and decides
nothing about a patient: it computes, shows, reminds, checks, records and cites; clinicians decide.
"""

from pkgutil import extend_path

# The numerical library is a distribution of its own (docs/decisions/0013) and may lie in another folder.
__path__ = extend_path(__path__, __name__)

__version__ = "0.1.0"
