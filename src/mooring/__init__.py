"""Mooring: the open platform for ketamine-assisted therapy.

It explains the drug, trains the team and runs the treatment. It gives no dosing advice and decides
nothing about a patient: it computes, shows, reminds, checks, records and cites; clinicians decide.
"""

__version__ = "0.1.0"
