"""Whether a learner does something every few minutes: which lesson has nothing to do, and where one only reads."""

from __future__ import annotations

from collections.abc import Iterator

from mooring.content.course.loader import CourseContent, CourseProblem, Embedded, Lesson
from mooring.content.course.text import count_words, plain_text

DOING = frozenset({"predict", "figure", "explorable", "case"})
"""What a learner moves, walks through or predicts. One of them stands in every lesson, besides its check."""
ASKING = frozenset({"check", "question"})
STRETCH_WORDS = 450
"""Words in a row without anything to do: three minutes at 150 words a minute. Design default."""


def doing_advice(course: CourseContent) -> Iterator[CourseProblem]:
    """Advice on lessons in which there is nothing to do, and on passages that are read too long in one go."""
    for lesson in course.lessons_in_order():
        if not any(lesson.embedded(kind) for kind in DOING):
            wanted = "an explorable, a figure, a case or a prediction"
            yield CourseProblem(lesson.file, 0, f"has nothing to do but its check; give it {wanted}")
        yield from _stretches(lesson)


def _stretches(lesson: Lesson) -> Iterator[CourseProblem]:
    words, start = 0, 0
    for part in lesson.content:
        if not isinstance(part, Embedded):
            start = start or part.line
            words += count_words(plain_text(part.markdown))
        elif part.kind in DOING | ASKING:
            yield from _too_long(lesson, start, words)
            words, start = 0, 0
    yield from _too_long(lesson, start, words)


def _too_long(lesson: Lesson, line: int, words: int) -> Iterator[CourseProblem]:
    if words > STRETCH_WORDS:
        said = f"{words} words from here with nothing to do; put a question or a prediction between them"
        yield CourseProblem(lesson.file, line, said)
