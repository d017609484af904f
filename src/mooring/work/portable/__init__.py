"""The whole of an installation, or of one patient, in open formats that anybody can read without this program.

`tables.py` derives everything from the models and their privacy classes, so a new room need not be named here.
`writing.py` exports an installation and `reading.py` imports it into an empty one; `of_patient.py` gathers what is
of one patient and `readable.py` writes it for people.
"""
