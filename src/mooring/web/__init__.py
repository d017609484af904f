"""The shell.

**Owns** settings, root addresses, base templates, components, static files, the command line.
**Does not own** any clinical act.
**Uses** every floor.
**Start reading at** `urls.py`.
"""
