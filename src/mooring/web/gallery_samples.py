"""The sample people and figures of the gallery, in the shapes that the components read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from mooring.rules.verdict import Closure, ClosureKind, Effect, Fact, Finding, Grade, Verdict

NOW = datetime(2026, 11, 12, 9, 42, tzinfo=UTC)
CLOSURES = [Closure("RS02@2", ClosureKind.WEIGHED, "Dr Amara Nwosu", "Oximetry without a gap is ordered.")]

# Steps, cycles, a gate, facts, a timeline, work rows and looks, as the components read them.
PHASES = ["Prepare", "Ready", "Dose", "Recover", "Discharge", "Integrate", "Close"]
STATES = ["done", "done", "done", "now", "", "", ""]
PARTS: dict[str, Any] = {
    "marks": [
        ("due", "Due in 12 min"),
        ("overdue", "3 min over"),
        ("alert", "SpO₂ 91 %"),
        ("saved", "Saved 14:32"),
        ("waiting", ""),
        ("offline", ""),
        ("planned", ""),
        ("open", "4 of 5 ready"),
        ("missing", ""),
        ("void", ""),
        ("locked", ""),
    ],
    "outcomes": ["refused", "hold", "review", "caution", "info", "passed"],
    "cites": [
        ("A", "US label, section 5"),
        ("B", "One controlled trial"),
        ("C", "A case series"),
        ("D", "Design default"),
    ],
    "steps": [
        {"name": n, "state": s, "note": "68 min" if s == "now" else ""}
        for n, s in zip(PHASES, STATES, strict=True)
    ],
    "cycles": [
        {
            "name": "Dose 1",
            "state": "done",
            "dose": "37.8\u00a0mg",
            "date": "Mon 26 Oct",
            "note": "Closed 28 Oct",
            "url": "#",
        },
        {
            "name": "Held",
            "state": "void",
            "dose": "37.8\u00a0mg",
            "date": "Thu 29 Oct",
            "note": "BP 152/96 before start",
            "url": "#",
        },
        {
            "name": "Dose 2",
            "state": "done",
            "dose": "37.8\u00a0mg",
            "date": "Mon 2 Nov",
            "note": "Closed 4 Nov",
            "url": "#",
        },
        {
            "name": "Dose 3",
            "state": "now",
            "dose": "37.8\u00a0mg",
            "date": "Today 14:00",
            "note": "4 of 5 ready",
            "mark": "due",
            "url": "#",
        },
        {"name": "Dose 4", "state": "next", "dose": "37.8\u00a0mg", "date": "Mon 16 Nov", "note": "Planned"},
    ],
    "gate": [
        {"name": "Fasting", "state": "done"},
        {"name": "Escort", "state": "done"},
        {"name": "Blood pressure", "state": "open"},
        {"name": "Weight of this week", "state": "missing"},
    ],
    "facts": [
        {"name": "Born", "value": "3 Feb 1985"},
        {"name": "Weight", "value": "72.0 kg, 9 Nov"},
        {"name": "Touch", "value": "Hand, if she asks"},
    ],
    "entries": [
        {
            "at": NOW,
            "when": "9 Nov 14:02",
            "what": "Dose 4, 36 mg over 40 minutes",
            "meta": "Jonas Lind, Aisha Karim",
            "kind": "dose",
        },
        {
            "at": NOW,
            "when": "10 Nov 11:30",
            "what": "24–72 h follow-up: slept well",
            "meta": "Miriam Feld",
        },
    ],
    "rows": [
        {
            "due": NOW - timedelta(minutes=42),
            "when": "09:00",
            "pressing": True,
            "who": "Ngozi Adeyemi",
            "who_url": "#",
            "what": "no escort for dose 2, today at 15:30",
            "why": "The dose cannot start without one.",
            "act": "Call Ngozi",
            "act_url": "#",
            "act_icon": "phone",
        },
        {
            "due": NOW + timedelta(minutes=28),
            "when": "10:10",
            "pressing": True,
            "who": "Tomasz Wilk",
            "who_url": "#",
            "what": "contact after dose 3",
            "why": "The window of 24 to 72 hours closes.",
            "act": "Open",
            "act_url": "#",
        },
    ],
    "looks": [{"who": "Miriam Feld", "what": "integration note", "at": NOW, "why": ""}],
}


# A complete verdict with a review, a caution, an information and a pass.
MEASURED = Fact("systolic_mmhg", 134, NOW - timedelta(days=2), "Jonas Lind")
VERDICT = Verdict(
    (
        Finding(
            "CV10@2",
            Effect.SPECIALIST_REVIEW,
            "Coronary stent eight months ago",
            "a letter from cardiology and an ECG.",
            (),
            ("Trial exclusions",),
            Grade.C,
        ),
        Finding(
            "RS02@2",
            Effect.CAUTION,
            "Sleep apnoea, uses CPAP",
            "oximetry without a gap.",
            (),
            ("Consensus on acute pain",),
            Grade.C,
        ),
        Finding(
            "CV04@3",
            Effect.CAUTION,
            "High blood pressure, treated and steady",
            "",
            (MEASURED,),
            ("Label, section 5",),
            Grade.A,
        ),
        Finding(
            "DI14@1",
            Effect.INFO,
            "Sertraline 150 mg can continue",
            "",
            (),
            ("Review of interactions",),
            Grade.B,
        ),
        Finding("NE01@1", Effect.PASS, "No raised intracranial pressure"),
    )
)


def incomplete() -> Verdict:
    """A verdict that a missing answer holds open."""
    return Verdict(
        (
            Finding(
                "PR01@1",
                Effect.BLOCK,
                "Pre-eclampsia is not asked yet",
                "an answer.",
                (),
                (),
                Grade.A,
                missing=("pre-eclampsia",),
            ),
        )
    )


def score() -> dict[str, Any]:
    points = [
        ("2026-10-02", 21),
        ("2026-10-23", 20),
        ("2026-10-30", 15),
        ("2026-11-06", 12),
        ("2026-11-11", 10),
    ]
    given = ["2026-10-26", "2026-10-29", "2026-11-02", "2026-11-09"]
    doses = [{"at": day, "number": i + 1, "state": "given"} for i, day in enumerate(given)]
    held = {"at": "2026-11-05", "label": "held", "state": "held"}
    planned = [
        {"at": "2026-11-12", "number": 5, "state": "planned"},
        {"at": "2026-11-16", "number": 6, "state": "planned"},
    ]
    cuts = [(0, "minimal"), (5, "mild"), (10, "moderate"), (15, "mod. severe"), (20, "severe")]
    return {
        "title": _("PHQ-9 against doses"),
        "meta": _("higher is worse"),
        "finding": _("20 before the first dose, 10 yesterday: half, so a response by the usual definition."),
        "columns": [_("Date"), "PHQ-9"],
        "rows": points,
        "chart": {
            "kind": "score",
            "low": 0,
            "high": 27,
            "points": [{"at": day, "value": value} for day, value in points],
            "doses": [*doses, held, *planned],
            "bands": [{"from": at, "name": name} for at, name in cuts],
            "lines": [{"value": 10, "label": "half of 20: response"}],
            "now": "2026-11-12",
            "now_label": "today",
        },
    }


def vitals() -> dict[str, Any]:
    minutes, systolic, diastolic, heart = (
        [-15, 0, 10, 20],
        [128, 130, 138, 144],
        [80, 82, 86, 90],
        [72, 74, 82, 86],
    )
    return {
        "title": _("Vitals of the session"),
        "meta": _("minutes since the start"),
        "finding": _("Blood pressure rises as it usually does; the limit of 165 is not near."),
        "columns": [_("Minute"), "BP", "HR"],
        "rows": [(m, f"{s}/{d}", h) for m, s, d, h in zip(minutes, systolic, diastolic, heart, strict=True)],
        "chart": {
            "kind": "vitals",
            "minutes": minutes,
            "systolic": systolic,
            "diastolic": diastolic,
            "heart_rate": heart,
            "limits": [{"value": 165, "label": "165"}],
            "infusion": [0, 40],
            "now": 27,
            "until": 120,
            "due": [
                {"minute": 30, "next": True},
                {"minute": 40},
                {"minute": 60},
                {"minute": 90},
                {"minute": 120},
            ],
        },
    }


def curves() -> dict[str, Any]:
    minutes = list(range(0, 121, 5))
    first = [round(200 * (1 - 0.96**m) if m <= 40 else 161 * 0.975 ** (m - 40), 1) for m in minutes]
    second = [round(value * 0.6, 1) for value in first]
    return {
        "title": _("Two regimens on one axis"),
        "meta": _("drawn by hand, not by a model"),
        "finding": _("A rises higher; both have nearly gone after two hours."),
        "columns": [_("Minute"), "A", "B"],
        "rows": list(zip(minutes, first, second, strict=True))[::6],
        "chart": {
            "kind": "curves",
            "x": minutes,
            "x_label": "min",
            "y_label": "µg/L",
            "series": [
                {
                    "name": "A",
                    "values": first,
                    "tone": "a",
                    "low": [v * 0.8 for v in first],
                    "high": [v * 1.2 for v in first],
                },
                {"name": "B", "values": second, "tone": "b"},
            ],
            "doses": [{"at": 0, "number": 1, "state": "given"}],
        },
    }
