"""What stands at the place of an embed in a lesson, by its kind, and the contents of a lesson."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mooring.academy.checks.access import Study
from mooring.academy.checks.forms import ItemForm, PredictionForm, SettingsForm
from mooring.academy.checks.models import Prediction
from mooring.academy.checks.queries.cases import cases_ended
from mooring.academy.checks.queries.exploring import as_typed, shown, sources_of, start_of, table_of
from mooring.academy.checks.queries.lessons import QuestionTries
from mooring.academy.checks.queries.marking import explained
from mooring.academy.checks.queries.predicting import compared, predictions_of
from mooring.academy.checks.queries.reading import Passage, reading_of
from mooring.academy.checks.views.media import transcript_of
from mooring.academy.courses.models import CourseVersion
from mooring.academy.courses.queries import parsed
from mooring.content.course.answers import NotAnAnswer, from_json
from mooring.content.course.items import ExplorableItem, Item, NumericItem
from mooring.content.course.loader import CourseContent, Embedded, Lesson
from mooring.content.course.places import place_of
from mooring.content.course.practice import unit_of

KEPT_PAGES = 512
"""Rendered parts kept in a process; one takes some 20 kB."""
ADDRESS = "address-of-the-explorable"


@dataclass(frozen=True)
class Placing:
    """A lesson in front of one learner: what they answered, predicted, walked through, and what was just sent."""

    study: Study
    lesson: Lesson
    tried: dict[str, QuestionTries]
    ended: frozenset[str]
    made: dict[str, Prediction]
    again: str = ""
    sent: ItemForm | None = None
    predicting: PredictionForm | None = None

    @classmethod
    def of(cls, study: Study, lesson: Lesson, tried: dict[str, QuestionTries], **sent: Any) -> Placing:
        """The lesson as the learner's rows have it; asked for only where the lesson has cases or predictions."""
        asked = lesson.embedded("predict")
        return cls(
            study,
            lesson,
            tried,
            cases_ended(study.enrolment) if lesson.embedded("case") else frozenset(),
            predictions_of(study.enrolment, asked) if asked else {},
            **sent,
        )


def placed(now: Placing, part: Embedded) -> dict[str, Any]:
    """What stands at the place of an embed."""
    course = now.study.course
    found: dict[str, Any] = {"is": part.kind, "ref": part.ref}
    if part.kind == "check":
        place = now.lesson.embedded("check").index(part.ref) + 1
        return found | {"place": place, "items": [_asked(now, item) for item in _left_of(now, part.ref)]}
    if part.kind == "question":
        return found | {"items": [_asked(now, course.item(part.ref))]}
    if part.kind == "predict":
        return found | _predicted(now, part.ref)
    if part.kind == "explorable":
        address = reverse("explorable", args=[now.study.enrolment.pk, now.lesson.head.id, part.ref])
        html = opening(now.study.enrolment.version_id, part.ref, get_language())
        return found | {"html": mark_safe(html.replace(ADDRESS, address))}  # noqa: S308 - our own page and address
    if part.kind == "figure":
        figure = course.figures[part.ref]
        template = f"academy/figures/{figure.kind.value}.html"
        return found | {"figure": figure, "template": template, "sources": sources_of(figure)}
    if part.kind == "case":
        return found | {"case": course.cases[part.ref], "ended": part.ref in now.ended}
    if part.kind == "interview":
        interview = course.interviews[part.ref]
        medium = course.media[interview.medium]
        said = transcript_of(now.study.enrolment.version, medium)
        return found | {"interview": interview, "medium": medium, "said": said}
    return found | {"medium": course.media[part.ref]}


def _predicted(now: Placing, ref: str) -> dict[str, Any]:
    """A prediction still to be made, with its form; or the one that was made, beside what was found."""
    prediction, made = now.study.course.predictions[ref], now.made.get(ref)
    asked: dict[str, Any] = {"prediction": prediction, "sources": sources_of(prediction)}
    if made is not None:
        return asked | {"made": made, "compared": compared(prediction, made)}
    sent = now.predicting if now.predicting is not None and now.predicting.prefix == ref else None
    return asked | {"form": sent or PredictionForm(prediction=prediction)}


def _asked(now: Placing, item: Item) -> dict[str, Any]:
    sent = now.sent if now.sent is not None and now.sent.item.id == item.id else None
    return asked_of(now.study, item, None if now.again == item.id else now.tried.get(item.id), sent=sent)


def asked_of(
    study: Study, item: Item, tried: QuestionTries | None, *, sent: ItemForm | None
) -> dict[str, Any]:
    """One question: its form, or its newest answer talked through."""
    asked: dict[str, Any] = {"item": item, "tried": tried}
    if tried is not None and sent is None and tried.newest.digest == item.digest:
        try:
            given = from_json(item, tried.newest.given)
        except NotAnAnswer:  # the same words under another schema: ask again
            tried = None
        else:
            unit = item.unit if isinstance(item, NumericItem) else ""
            if isinstance(item, ExplorableItem):
                unit = unit_of(item.output)
            return asked | {"explained": explained(study.course, item, given), "given": given, "unit": unit}
    return asked | {"form": sent or ItemForm(item=item, seed=seed_of(study, item))}


def seed_of(study: Study, item: Item) -> str:
    """The same order for the same learner, another for the next one."""
    return f"{study.enrolment.pk}/{item.id}"


@lru_cache(maxsize=KEPT_PAGES)
def opening(version_pk: int, explorable_id: str, language: str) -> str:
    """An explorable of a version as it opens, as finished HTML but for its address."""
    course = parsed(CourseVersion.objects.get(pk=version_pk))
    part = {"ref": explorable_id, **explored(course, explorable_id)}
    return render_to_string("academy/checks/explorable.html", {"part": part, "address": ADDRESS})


def explored(course: CourseContent, explorable_id: str, form: SettingsForm | None = None) -> dict[str, Any]:
    """An explorable with its controls: as it opens, or as a valid form sets it."""
    explorable = course.explorables[explorable_id]
    start = start_of(explorable)
    settings = form.settings() if form is not None and form.is_valid() else start
    return {
        "explorable": explorable,
        "controls": form or SettingsForm(explorable=explorable, initial=as_typed(start)),
        "shown": shown(explorable, settings),
        "table": table_of(explorable),
        "sources": sources_of(explorable),
    }


@dataclass(frozen=True)
class ContentsLine:
    """A line of a lesson's contents: a heading, or something to do. `done` is None where nobody can know."""

    anchor: str
    words: str
    kind: str = ""
    done: bool | None = None


@dataclass(frozen=True)
class LessonContents:
    """What a lesson holds, in order, and how much of what is asked is done."""

    lines: tuple[ContentsLine, ...]

    @property
    def asked(self) -> int:
        return sum(line.done is not None for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.done is True for line in self.lines)


def contents_of(now: Placing) -> LessonContents:
    """The headings of a lesson and what there is to do in it."""
    lines = []
    for part in reading_of(now.lesson).parts:
        if isinstance(part, Passage):
            if part.anchor:
                lines.append(ContentsLine(part.anchor, part.heading))
        elif part.kind != "media":
            lines += _line(now, part)
    return LessonContents(tuple(lines))


def _line(now: Placing, part: Embedded) -> Iterator[ContentsLine]:
    course, ref, place = now.study.course, part.ref, place_of(part)
    if part.kind == "predict":
        yield ContentsLine(place, course.predictions[ref].question, _("Predict"), ref in now.made)
    elif part.kind == "figure":
        yield ContentsLine(place, course.figures[ref].title, _("Play or step"))
    elif part.kind == "explorable":
        yield ContentsLine(place, course.explorables[ref].title, _("Explore"))
    elif part.kind == "case":
        yield ContentsLine(place, course.cases[ref].title, _("Case"), ref in now.ended)
    elif part.kind == "interview":
        yield ContentsLine(place, course.interviews[ref].title, _("Listen"))
    elif part.kind == "question":
        yield ContentsLine(place, "", _("One question"), ref in now.tried)
    elif left := _left_of(now, ref):
        done = all(item.id in now.tried for item in left)
        yield ContentsLine(place, "", _("Check yourself"), done)


def _left_of(now: Placing, check: str) -> list[Item]:
    """The questions of a check that do not stand by themselves in the lesson."""
    apart = now.lesson.embedded("question")
    return [item for item in now.study.course.checks[check].items if item.id not in apart]
