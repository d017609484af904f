"""How a number, a unit, a range, a time of day, a name, a phone number is written and compared; plain values in, text out.

**Owns** the writing of figures, clock times and names, below every room.
**Does not own** sentences for people, days and spans in words (sentences): those are translated.
**Uses** phonenumbers.
**Start reading at** `numbers.py`.
"""
