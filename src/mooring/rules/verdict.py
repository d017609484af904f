"""`Verdict`: the one answer type of every rule, everywhere.

A verdict says what is settled (`established`) and what missing facts could still make of it
(`worst_possible`). Missing data never improves it. A gate opens when every finding is closed by its own
kind (`still_open`), so that one loud finding cannot hide another. A verdict advises; people decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

from mooring.content.grades import Grade as Grade


class Effect(IntEnum):
    """How heavy a finding weighs; a larger value is worse."""

    PASS = 0
    INFO = 1
    CAUTION = 2
    SPECIALIST_REVIEW = 3
    HOLD = 4
    BLOCK = 5


class Override(StrEnum):
    """Who may go past a finding, with a reason."""

    NOBODY = "nobody"
    PRESCRIBER = "prescriber"
    TWO_PEOPLE = "two people"


class Standing(StrEnum):
    """How a fact is known. Only a confirmed or measured one settles a finding against a patient."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    MEASURED = "measured"


@dataclass(frozen=True)
class Fact:
    """One fact that a rule looks at: `value` as stored, `dated` and `by` as far as known, from which `room`.

    `stored` is when the record had it, where that may be later than it happened: a closing holds for what was known
    when it was given. A patient's own answer is `REPORTED`: its "yes" opens a finding, "not sure" counts as missing.

    >>> Fact("stroke", "yes", standing=Standing.REPORTED).standing.value
    'reported'
    """

    key: str
    value: object
    dated: datetime | None = None
    by: str = ""
    standing: Standing = Standing.CONFIRMED
    room: str = ""
    stored: datetime | None = None

    @property
    def known_since(self) -> datetime | None:
        """When it was stated, measured or, if later, stored."""
        return self.stored if self.stored and (self.dated is None or self.dated < self.stored) else self.dated


class RuleMessage:
    """What a rule has to say: a code, and the values on which it was found. The words stand in `sentences`.

    >>> RuleMessage("dose.above_ceiling", dose_mg=90, ceiling_mg=80).values["ceiling_mg"]
    80
    """

    __slots__ = ("code", "values")

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values

    def __repr__(self) -> str:
        return f"RuleMessage({self.code!r}, {self.values})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleMessage) and (self.code, self.values) == (other.code, other.values)

    def __hash__(self) -> int:
        return hash(self.code)


@dataclass(frozen=True)
class Finding:
    """One rule that has something to say.

    `rule` is `id@version`; `says` states what was found, `asks` what it asks of people: the words of signed
    content, or a `RuleMessage` of the program's own rules, which `sentences.findings` puts into words. `missing`
    names the facts that would settle an unsettled finding (empty: it is settled). Where a `code` with its `values`
    stands for the sentence, `says` is empty and the words stand above the Django line.
    """

    rule: str
    effect: Effect
    says: str | RuleMessage = ""
    asks: str | RuleMessage = ""
    facts: tuple[Fact, ...] = ()
    sources: tuple[str, ...] = ()
    grade: Grade = Grade.D
    override: Override = Override.PRESCRIBER
    missing: tuple[str, ...] = ()
    code: str = ""
    values: tuple[tuple[str, object], ...] = ()

    @property
    def keys(self) -> frozenset[str]:
        """The facts that fired it, and those that would settle it."""
        return frozenset({*(fact.key for fact in self.facts), *self.missing})

    @property
    def asks_two(self) -> bool:
        """Whether it takes two people to go past it; a caution takes a reason alone, whoever may override."""
        return self.override == Override.TWO_PEOPLE and self.effect > Effect.CAUTION

    @property
    def settled(self) -> bool:
        return not self.missing


class ClosureKind(StrEnum):
    """How a person closed a finding."""

    WEIGHED = "weighed"
    REVIEWED = "reviewed"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True)
class Closure:
    """That somebody closed the finding of `rule`; `second` is the other person where two are asked for."""

    rule: str
    kind: ClosureKind
    by: str
    reason: str
    second: str = ""


def closes(closure: Closure, finding: Finding) -> bool:
    """Whether this closure is of the kind that this finding asks for."""
    if closure.rule != finding.rule or not closure.reason.strip() or not finding.settled:
        return False
    if finding.effect <= Effect.CAUTION:
        return True
    if finding.effect == Effect.SPECIALIST_REVIEW and closure.kind == ClosureKind.REVIEWED:
        return True
    if closure.kind != ClosureKind.OVERRIDDEN or finding.override == Override.NOBODY:
        return False
    if finding.override == Override.TWO_PEOPLE:
        return bool(closure.second) and closure.second != closure.by
    return True


@dataclass(frozen=True)
class Verdict:
    """The answer of a set of rules: findings, settled or not, worst first."""

    findings: tuple[Finding, ...] = field(default=())

    def __post_init__(self) -> None:
        ordered = sorted(self.findings, key=lambda each: (-each.effect, each.rule))
        object.__setattr__(self, "findings", tuple(ordered))

    @property
    def established(self) -> Effect:
        """The worst of what is settled."""
        return max((each.effect for each in self.findings if each.settled), default=Effect.PASS)

    @property
    def worst_possible(self) -> Effect:
        """The worst that it can still become once the missing facts are known."""
        return max((each.effect for each in self.findings), default=Effect.PASS)

    @property
    def missing(self) -> tuple[str, ...]:
        """Every missing fact, once, in the order of the findings."""
        return tuple(dict.fromkeys(key for each in self.findings for key in each.missing))

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def allowed(self) -> bool:
        """Nothing settled or possible stands in the way: at most cautions."""
        return self.worst_possible <= Effect.CAUTION

    def still_open(self, closures: Iterable[Closure] = ()) -> tuple[Finding, ...]:
        """The findings above INFO that no closure of their own kind has closed."""
        given = tuple(closures)
        return tuple(
            finding
            for finding in self.findings
            if finding.effect > Effect.INFO and not any(closes(each, finding) for each in given)
        )

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(self.findings + other.findings)


class Refused(Exception):
    """An act that is not done, with the reasons and the next step for people to read."""

    def __init__(self, *reasons: str, verdict: Verdict | None = None) -> None:
        self.verdict = verdict or Verdict()
        self.reasons = reasons or tuple(
            " ".join(str(part) for part in (each.says, each.asks) if part) for each in self.verdict.findings
        )
        super().__init__(" ".join(self.reasons))
