"""Requirements: which credentials a role needs in order to do an act, and whether somebody holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mooring.content.pack import Pack
from mooring.content.schema.texts import NeededCredential, Requirement
from mooring.rules.screening import Setting
from mooring.rules.verdict import Effect, Finding, Override, RuleMessage, Verdict

LONGEST_SHORT_NAME = 4  # letters: ACLS, ALS, BLS


@dataclass(frozen=True)
class Held:
    """A credential somebody holds. `valid_until` None: it does not expire."""

    credential: str
    valid_from: date
    valid_until: date | None = None

    def valid(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def titles(requirements: Iterable[Requirement]) -> dict[str, str]:
    """Every credential that these requirements name, by its code: its title, or else the code in words.

    >>> titles([])
    {}
    """
    found: dict[str, str] = {}
    alternatives: list[str] = []
    for requirement in requirements:
        for need in requirement.needs:
            found.setdefault(need.credential, need.title)
            alternatives += need.any_of
    for code in alternatives:
        found.setdefault(code, in_words(code))
    return dict(sorted(found.items()))


def in_words(code: str) -> str:
    """A code as people may read it where no title is known: "als" is "ALS", "first-aid" is "First aid"."""
    short = len(code) <= LONGEST_SHORT_NAME and "-" not in code
    return code.upper() if short else code.replace("-", " ").capitalize()


def check(
    act: str, role: str, held: Iterable[Held], pack: Pack, on: date, setting: Setting | None = None
) -> Verdict:
    """Whether somebody in this role holds what the act asks for on the day.

    A missing or expired credential blocks and nobody may override it; one that expires within the
    requirement's `warn_days` is told. An act without a requirement for the role passes: whether the role may
    do it at all is a permission, not a credential.

    >>> check("start-session", "monitor", [], pack, on).established.name  # doctest: +SKIP
    'BLOCK'
    """
    where = setting or Setting()
    owned = tuple(held)
    found: list[Finding] = []
    for requirement in pack.requirements.in_force(on):
        applies = requirement.applies.fits(where.product, where.route, where.jurisdiction, where.setting)
        if requirement.role == role and act in requirement.acts and applies:
            for need in requirement.needs:
                finding = _needed(requirement, need, owned, on)
                found += [finding] if finding else []
    return Verdict(tuple(found))


def _needed(
    requirement: Requirement, need: NeededCredential, held: tuple[Held, ...], on: date
) -> Finding | None:
    accepted = {need.credential, *need.any_of}
    fitting = [each for each in held if each.credential in accepted]
    valid = [each for each in fitting if each.valid(on)]
    if not valid:
        expired = max((each.valid_until for each in fitting if each.valid_until), default=None)
        says = (
            RuleMessage("credential.expired", title=need.title, on=expired)
            if expired and expired < on
            else RuleMessage("credential.missing", title=need.title)
        )
        return _finding(requirement, need, Effect.BLOCK, says, RuleMessage("credential.renew_first"))
    if any(each.valid_until is None for each in valid):
        return None
    last = max(each.valid_until for each in valid if each.valid_until)
    if last - on > timedelta(days=requirement.warn_days):
        return None
    says = RuleMessage("credential.expires", title=need.title, on=last)
    return _finding(requirement, need, Effect.INFO, says, RuleMessage("credential.renew_in_time"))


def _finding(
    requirement: Requirement, need: NeededCredential, effect: Effect, says: RuleMessage, asks: RuleMessage
) -> Finding:
    return Finding(
        rule=f"{requirement.key}/{need.credential}",
        effect=effect,
        says=says,
        asks=asks,
        sources=requirement.references,
        grade=requirement.grade,
        override=Override.NOBODY,
    )
