"""A dose as one of a few shapes: what is ordered, what is read back before it, and the parts in which it is given.

A shape is a file here with one frozen class that holds its figures (`InfusionDose`, `InjectionDose`, `DevicesDose`,
`SpraysDose`, `UnitsDose`). Each can be computed from what a prescriber chose, checked, written as data and read
again, told line by line, and says in which parts it is given. `ordered.py` holds what all orders have in common.

A new shape: a class in `content/schema/giving.py`, a file here, its line in `ordered.py`, its fields in
`care/treatments/kinds/shapes.py` and `care/sessions/kinds/parts.py`, its words in `sentences/dose.py`.
"""
