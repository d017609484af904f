"""What is said to people, translated: days and spans in words, and the words behind the codes of the pure floors.

**Owns** every sentence that more than one room says, and all words for codes from rules and evidence.
**Does not own** the writing of bare figures (words), what only one page says (that room).
**Uses** words, rules, evidence, Django's translation; no model and no request.
**Start reading at** `times.py`, then `ranges.py`.
"""
