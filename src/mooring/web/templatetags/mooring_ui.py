"""The parts of a page as template tags: icons, marks, grades, notes, folds, verdicts, figures.

`{% load mooring_ui %}` brings these and the tags of `mooring_words` (figures and times) and `mooring_forms`.
`docs/look.md` shows each with an example; the page /gallery/ shows them all at once.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.template import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.urls import reverse
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mooring.references.bibliography import bibliography
from mooring.rules.verdict import Closure, Effect, Finding, Verdict
from mooring.sentences.times import day_words, until_words
from mooring.web import offline
from mooring.web.templatetags import mooring_forms, mooring_words
from mooring.words.numbers import plain_number

register = template.Library()
for library in (mooring_words.register, mooring_forms.register):
    register.tags.update(library.tags)
    register.filters.update(library.filters)

STATIC = Path(__file__).resolve().parent.parent / "static" / "mooring"
SYMBOL = re.compile(r'<symbol id="i-([\w-]+)" viewBox="0 0 16 16">(.*?)</symbol>', re.DOTALL)

# A state: the icon, the class that colours it, and its word when none is given.
MARKS = {
    "due": ("due", "mark-due", _("Due")),
    "overdue": ("overdue", "mark-overdue", _("Overdue")),
    "alert": ("alert", "mark-alert", _("Alert")),
    "emergency": ("emergency", "mark-alert", _("Emergency")),
    "saved": ("saved", "mark-saved", _("Saved")),
    "waiting": ("waiting", "mark-waiting", _("Waiting for the network")),
    "offline": ("offline", "mark-waiting", _("No network")),
    "planned": ("open", "", _("Planned")),
    "open": ("open", "mark-due", _("Open")),
    "missing": ("no", "mark-overdue", _("Missing")),
    "void": ("void", "", _("Void")),
    "locked": ("lock", "", _("Locked")),
    "refused": ("block", "mark-alert", _("Refused")),
    "hold": ("hold", "mark-overdue", _("Hold")),
    "review": ("review", "mark-overdue", _("Review")),
    "caution": ("caution", "mark-due", _("Caution")),
    "info": ("info", "mark-plain", _("For information")),
    "passed": ("yes", "mark-saved", _("Passed")),
}

# An effect of a rule: the mark, the colour of the verdict that it heads, and the verdict's title.
EFFECTS = {
    Effect.BLOCK: ("refused", "block", _("Refused")),
    Effect.HOLD: ("hold", "hold", _("Hold")),
    Effect.SPECIALIST_REVIEW: ("review", "review", _("Specialist review")),
    Effect.CAUTION: ("caution", "caution", _("Allowed, with caution")),
    Effect.INFO: ("info", "clear", _("No objection")),
    Effect.PASS: ("passed", "clear", _("Passed")),
}
GATE = {
    "done": ("yes", _("confirmed")),
    "open": ("open", _("still open")),
    "missing": ("no", _("missing")),
    "noted": ("open", _("not so; considered and accepted")),
}


@cache
def icon_drawings() -> dict[str, str]:
    """Every icon of icons.svg by name, as the inside of its symbol."""
    return dict(SYMBOL.findall((STATIC / "icons" / "icons.svg").read_text(encoding="utf-8")))


@register.simple_tag(takes_context=True)
def words_of(context: Context, block_name: str) -> str:
    """The bare words of a block, for a second place: the tab's title, or to leave an empty line out."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(block_name) if blocks else None
    return strip_tags(block.nodelist.render(context)).strip() if block else ""


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon drawn into the page, hidden from people who hear it; the word beside it does the telling."""
    return mark_safe(  # noqa: S308 - our own drawing, from a file of this package
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
        f"{icon_drawings()[name]}</svg>"
    )


@register.simple_tag
def mark(kind: str, word: object = "", flag: bool = False) -> SafeString:
    """A state: icon, word, colour. `flag` gives it a ground, to be found in a long table."""
    name, colour, own_word = MARKS[kind]
    classes = " ".join(filter(None, ["mark", "mark-flag" if flag else "", colour]))
    return format_html('<span class="{}">{}{}</span>', classes, icon(name), word or own_word)


@register.simple_tag
def offline_version() -> str:
    """The version of what a browser keeps for the time without a network."""
    return offline.version()


@register.simple_tag(takes_context=True)
def due_mark(context: Context, due: datetime, flag: bool = False) -> SafeString:
    """`in 28 min` or `42 min over`, with its colour. `now` in the context overrides the clock."""
    now = mooring_words.now_of(context)
    return mark("due" if now <= due else "overdue", until_words(due, now), flag)


@register.simple_tag
def grade(letter: object) -> SafeString:
    """How well a statement is supported: A filled, B solid, C dashed, D dotted."""
    return format_html(
        '<span class="grade grade-{}"><span class="vh">{} </span>{}</span>',
        str(letter).lower(),
        gettext("Evidence grade"),
        letter,
    )


@register.simple_tag
def cite(letter: object, text: object, url: str = "") -> SafeString:
    """A source behind a clinical statement, with its grade; a link where there is somewhere to go.

    An id of the bibliography becomes its author and year, with its address.
    """
    known = bibliography().get(str(text))
    if known is not None:
        text, url = known.short, url or known.link
    inside = format_html("{}{}", grade(letter), text) if letter else format_html("{}", text)
    if url:
        return format_html('<a class="cite" href="{}">{}</a>', url, inside)
    return format_html('<span class="cite">{}</span>', inside)


@register.simple_tag
def rule_link(rule: str) -> SafeString:
    """The rule of a finding, `id@version` or a part of it, as a link down to its item and sources."""
    item = rule.partition("/")[0]
    if not item:
        return format_html('<span class="id">{}</span>', rule)
    url = reverse("knowledge-any-item", args=[item])
    return format_html('<a class="id" href="{}">{}</a>', url, rule)


@register.simple_tag
def grade_words(letter: object) -> str:
    """What a grade means, in one line."""
    return {
        "A": gettext("Label, or repeated controlled trials"),
        "B": gettext("Guideline, one controlled trial, or cohorts that agree"),
        "C": gettext("Case series, secondary or unverified source"),
        "D": gettext("Design default: not measured; signed by the site"),
    }[str(letter)]


@register.simple_block_tag
def note(content: str, kind: str = "", word: str = "") -> SafeString:
    """A sentence that must not scroll away; `kind`: ink, due, overdue, alert, waiting, saved."""
    classes = f"note note-{kind}" if kind else "note"
    lead = format_html("<b>{}</b> ", word) if word else ""
    return format_html('<div class="{}">{}{}</div>', classes, lead, content)


@register.simple_block_tag
def fold(content: str, title: str, open: bool = False) -> SafeString:
    """What few need: a line that opens. Never for what anyone must read."""
    return format_html(
        '<details class="fold"{}><summary>{}{}</summary><div>{}</div></details>',
        mark_safe(" open") if open else "",
        icon("chevron"),
        title,
        content,
    )


@register.simple_tag
def effect_mark(effect: int) -> SafeString:
    """The mark of a rule's effect: Refused, Hold, Review, Caution, For information, Passed."""
    return mark(EFFECTS[Effect(effect)][0])


MOST_UNSETTLED = 12
"""So many unsettled findings are read one by one; more of them stand folded, and are counted."""


@register.inclusion_tag("components/verdict.html")
def verdict(
    given: Verdict,
    title: str = "",
    lead: str = "",
    closures: Iterable[Closure] = (),
    heading_id: str = "h-verdict",
    names: Mapping[str, str] | None = None,
    whether: bool = False,
) -> dict[str, Any]:
    """Outcome, one sentence, reasons in falling weight, then what is missing and what passed.

    `names` says what people call a fact (`Pack.fact_names`); without it a key stands in plain words.
    `whether`: rules say what was found, so that an unsettled one is told as not known.
    """
    head_effect = given.established if given.complete else max(given.established, Effect.HOLD)
    kind, outcome, own_title = EFFECTS[head_effect]
    if not given.complete and given.established < Effect.HOLD:
        kind, own_title = "missing", _("Incomplete")
    closed = {each.rule: each for each in closures}
    reasons = [(each, closed.get(each.rule)) for each in given.findings if each.effect > Effect.PASS]
    unsettled = [each for each, _closure in reasons if not each.settled]
    waiting = unsettled if len(unsettled) > MOST_UNSETTLED else []
    return {
        "outcome": outcome,
        "icon_name": MARKS[kind][0],
        "title": title or own_title,
        "lead": lead or lead_words(given),
        "reasons": [each for each in reasons if each[0] not in waiting],
        "waiting": [each for each in reasons if each[0] in waiting],
        "passed": [each for each in given.findings if each.effect == Effect.PASS and each.settled],
        "missing": [_called(key, names) for key in given.missing],
        "few_missing": len(given.missing) <= MOST_UNSETTLED,
        "fact_names": names or {},
        "heading_id": heading_id,
        "whether": whether,
    }


def lead_words(given: Verdict) -> str:
    """The one sentence under a verdict's title: what stands in the way, and whether an answer is missing."""
    settled = [each.effect for each in given.findings if each.settled]
    counted = {effect: settled.count(effect) for effect in reversed(Effect)}
    named = [f"{n} × {MARKS[EFFECTS[e][0]][2]}" for e, n in counted.items() if n and e > Effect.PASS]
    said = (", ".join(named) + ".") if named else gettext("No finding against it.")
    if given.complete:
        return f"{said} {gettext('No answer is missing.')}"
    worst = MARKS[EFFECTS[given.worst_possible][0]][2]
    return f"{said} " + gettext("Answers are missing. It could still become: {worst}.").format(worst=worst)


def _called(key: str, names: Mapping[str, str] | None) -> str:
    return (names or {}).get(key) or key.replace("_", " ")


@register.simple_tag(takes_context=True)
def missing_words(context: Context, finding: Finding) -> str:
    """The facts that would settle a finding, as the page's `fact_names` call them."""
    return "; ".join(_called(key, context.get("fact_names")) for key in finding.missing)


@register.simple_tag(takes_context=True)
def fact_words(context: Context, finding: Finding) -> str:
    """The facts that a finding rests on, as the page's `fact_names` call them, with date and author."""
    lines = []
    for fact in finding.facts:
        when = day_words(fact.dated) if fact.dated else ""
        tail = ", ".join(filter(None, [when, fact.by]))
        value = plain_number(fact.value)
        lines.append(
            f"{_called(fact.key, context.get('fact_names'))} {value}" + (f" ({tail})" if tail else "")
        )
    return "; ".join(lines)


@register.simple_tag
def gate(conditions: Iterable[dict[str, str]], label: str) -> SafeString:
    """Readiness: every condition with its sign and its word; `state` is done, open, missing or noted."""
    items = format_html_join(
        "",
        '<li data-state="{}">{}{}<span class="vh">, {}</span></li>',
        ((c["state"], icon(GATE[c["state"]][0]), c["name"], GATE[c["state"]][1]) for c in conditions),
    )
    return format_html('<ul class="gate" aria-label="{}">{}</ul>', label, items)


@register.inclusion_tag("components/figure.html")
def figure(given: dict[str, Any], name: str, heading: str = "h2") -> dict[str, Any]:
    """A plot with its name, its finding as a sentence and its numbers as a table; keys in `docs/look.md`.

    `name` is unique on the page. Raises KeyError when title, finding, chart, columns or rows are missing.
    """
    required = {key: given[key] for key in ("title", "finding", "chart", "columns", "rows")}
    chart = required["chart"] | {"label": str(given["title"])}
    return given | required | {"name": name, "heading": heading, "chart": chart, "data_id": f"{name}-data"}
