"""The permission table in words, as docs/permissions.md shows it (`mooring permissions`)."""

from mooring.identity.roles import TABLE, Role

HEAD = """\
# Who may do what

This page is written from `src/mooring/identity/roles.py` by `mooring permissions`; a test keeps the two alike.
A change is made there, and nowhere else.

**site**: on every record of the site where the role is held. **team**: only on records of patients on whose
care team the person is. Nothing: not at all. Permissions say who may open a page and act; whether a person is
competent for an act today follows from credentials (`mooring.identity.competence.may_act`). Roles without a
column here (learner, patient, support person) hold none of these permissions.
"""


def as_markdown() -> str:
    """The whole page: one table, a row for each permission, a column for each role that has any."""
    roles = [role for role in Role if any(role in (*entry.site, *entry.team) for entry in TABLE.values())]
    lines = [
        f"| permission | lets one | {' | '.join(str(role.label) for role in roles)} |",
        f"| --- | --- | {' | '.join('---' for _ in roles)} |",
    ]
    for permission, entry in TABLE.items():
        cells = ["site" if role in entry.site else "team" if role in entry.team else "" for role in roles]
        lines.append(f"| `{permission.value}` | {entry.says} | {' | '.join(cells)} |")
    return HEAD + "\n" + "\n".join(lines) + "\n"
