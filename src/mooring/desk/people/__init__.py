"""Pages about the people of a site: who works here as what, how they come in, what they may do today.

**Owns** pages of people, roles, credentials, duty, and the site's policy.
**Does not own** the tables and acts behind them (identity, work).
**Uses** identity, work.
**Start reading at** `views.py`.
"""
