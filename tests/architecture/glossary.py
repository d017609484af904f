"""The left column of the glossary (docs/words.md) as patterns: words that no page, message or paper uses.

`reach` says how far a term is held out: from every text that people read, or (PAGES) from the program's own
pages and the clinical content, because in the running prose of a lesson or a paper the word is plain English.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum


class Reach(StrEnum):
    EVERYWHERE = "everywhere"
    PAGES = "pages"


@dataclass(frozen=True)
class Term:
    """One line of the glossary: what is not written, what is, and the name of its line in docs/words.md."""

    line: str
    pattern: str
    instead: str
    planted: tuple[str, ...]
    reach: Reach = Reach.EVERYWHERE
    fine: tuple[str, ...] = ()
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.pattern, re.IGNORECASE))


TERMS = (
    Term(
        "look, look due, plan of looks",
        r"\bplan of looks\b|\blooks? (?:is |are )?(?:due|overdue|missed)\b"
        r"|\b(?:next|last|missed|first|every|another|two|\d) looks?\b(?! (?:at|for|like|into|up|after))",
        "observation, monitoring schedule; to a patient: check",
        ("The next look is at 14:06.", "2 looks due", "Plan of looks", "Fully awake on two looks"),
        fine=("What to look for", "Look at the drip chamber.", "How a lesson looks"),
    ),
    Term(
        "deed, something that was done",
        r"\bdeeds?\b|\bsomething that was done\b",
        "intervention",
        ("A deed",),
    ),
    Term(
        "upper / lower value, upper pressure",
        r"\b(?:upper|lower) (?:value|pressure|number)s?\b",
        "systolic / diastolic; to a patient: top / bottom number",
        ("Upper value", "the lower pressure"),
    ),
    Term(
        "breaths",
        r"^\W*breaths\W*$|\bbreaths (?:a|per) minute\b",
        "respiratory rate (RR)",
        ("Breaths", "12 breaths a minute"),
        fine=("Ask for deep breaths.",),
    ),
    Term(
        "measured and told, ask and measure",
        r"\bmeasured and told\b|\bask(?:ed)? and measured?\b",
        "vitals and history",
        ("Ask and measure", "Measured and told"),
    ),
    Term(
        "weigh a finding, I weighed it",
        r"\bI weighed it\b|\bweigh(?:ed|s)? (?:a|the|this|each|every) (?:finding|caution)s?\b|\bhow do you close it\b",
        "considered and accepted",
        ("I weighed it", "Weigh the finding", "How do you close it?"),
        fine=("Weigh the patient.",),
    ),
    Term(
        "go past a finding, may be passed by",
        r"\b(?:go|goes|going|gone|went) past\b|\b(?:may|can|must) be passed by\b",
        "override, may be overridden by",
        ("Who may go past it", "may be passed by: prescriber", "It went past a caution."),
    ),
    Term(
        "let the patient go",
        r"\blet(?:s|ting)? (?:the patient|the person|them|her|him|\{\w+\}) go\b",
        "discharge",
        ("Let the patient go", "let {patient} go"),
        fine=("Let go, step back.",),
    ),
    Term(
        "make it void",
        r"\bmak(?:e|es|ing) (?:it|this|them) void\b|\bmade void\b",
        "cancel (nothing given), void (entered in error)",
        ("Make it void", "It cannot be made void."),
    ),
    Term("the patient left", r"\bthe patient (?:has )?left\b", "discharged", ("The patient left at 15:10.",)),
    Term(
        "what came of it? it goes on",
        r"\bcame of it\b|\bit goes on\b",
        "outcome: proceed / …",
        ("What came of it?", "It goes on"),
        reach=Reach.PAGES,
    ),
    Term(
        "the move is nobody's, whose move it is",
        r"\bwhose move\b|\bthe move is\b|\bnobody[’']s (?:move|turn)\b",
        "next action: …, nobody's turn is written “No next action”",
        ("Whose move it is", "The move is nobody's."),
    ),
    Term(
        "an answer that must not wait",
        r"\bmust not wait\b|\bcan(?:no|’|')t wait\b",
        "urgent response",
        ("An answer that must not wait", "Must not wait."),
        reach=Reach.PAGES,
    ),
    Term(
        "write it down, store",
        r"\bwr(?:ite|itten|ote|iting) (?:it |this |that |them |each value )?down\b|\b(?:is|are) stored\b",
        "record, save",
        ("Write it down", "Your answers are stored."),
        reach=Reach.PAGES,
    ),
    Term(
        "is owed, owed contact",
        r"\bow(?:ed|es)\b",
        "due, overdue contact",
        ("The contact is still owed.", "A follow-up is owed"),
        reach=Reach.PAGES,
    ),
    Term(
        "stands on record, kept",
        r"\bon record\b|\b(?:reason|order|answer|decision|block|finding|(?<!where )it) stands\b|^kept\b|\bas it stands\b",
        "recorded, saved",
        ("Your reason stands on record.", "An order stands", "Kept.", "As it stands on the bag"),
        reach=Reach.PAGES,
    ),
    Term(
        "contact after the dose",
        r"\bcontacts? after (?:the|a|each|every) (?:dose|session)\b",
        "24–72 h follow-up; to a patient: follow-up call",
        ("Contact after the dose",),
    ),
    Term(
        "time-out read by two",
        r"\btime-outs?\b",
        "independent double check",
        ("Two people confirm the volume at the time-out.",),
    ),
    Term("Nothing alarmed.", r"\bnothing (?:that )?alarm(?:ed|s)\b", "No alerts.", ("Nothing alarmed.",)),
    Term(
        "unwanted effect / seen",
        r"\bunwanted effects?\b",
        "adverse effect, observed; to a patient: side effect",
        ("Unwanted effects",),
        fine=("unwanted memories of the stressful experience",),
    ),
    Term(
        "written anew, issued anew",
        r"\banew\b",
        "reissued, again",
        ("Issued anew", "It is written anew."),
    ),
    Term(
        "access is over, the course is over",
        r"\b(?:access|course|event|guarantee|session|sign-in|\w+ of this order)\b[\w ,]*? is over\b",
        "access expired, course ended",
        ("Your access is over.", "The course is over", "This event was moved or is over."),
    ),
    Term(
        "who looked, who opened it",
        r"\bwho (?:has )?looked\b|\bwho opened it\b",
        "access history; to a patient: who opened my record",
        ("Who looked", "Who opened it"),
    ),
    Term(
        "begin, go on, go on (sign-in)",
        r"\b(?:begin|begins|began|begun)\b(?! with )|\b(?:go|goes|going|went|gone) on\b(?! (?:the|a|to an?) )",
        "start, continue, proceed, sign in",
        ("The dose has begun.", "Go on", "Recovery begins.", "Wants to go on."),
        reach=Reach.PAGES,
    ),
    Term(
        "one more / of the n that apply",
        r"\bone more of\b|\bof the (?:\d+|\{\w+\}|\{\{ \w+ \}\}) that apply\b",
        "n of m criteria met",
        ("3 of the 7 that apply", "one more of {n}"),
        fine=("Choose all that apply.",),
    ),
    Term(
        "structure only (instrument)",
        r"\bstructure only\b",
        "scoring only: text not licensed",
        ("structure only",),
    ),
    Term(
        "stops to work, lacking",
        r"\bstop(?:s|ped)? to work\b|\black(?:s|ing|ed)?\b",
        "stops working, missing",
        ("The link stops to work.", "What is lacking", "The course lacks a test."),
        reach=Reach.PAGES,
    ),
    Term(
        "badge speaks of nobody", r"\bspeaks? of nobody\b", "badge names no recipient", ("speaks of nobody",)
    ),
    Term(
        "somebody, nobody (as subject of a rule)",
        r"\b(?:some|no)body\b",
        "a colleague, no one on duty; to a patient: someone",
        ("Nobody is on duty.", "Somebody else signed it."),
        reach=Reach.PAGES,
    ),
)
