"""From a dose to a curve: the numerical library.

**Owns** models, regimens, simulation, populations, effects.
**Does not own** pages about them (lab); any dosing advice.
**Uses** NumPy only.
**Start reading at** `simulate.py`.
"""
