"""How made-up learners answer a question, right or wrong."""

from mooring.academy.checks.queries.marking import key_of
from mooring.content.course.answers import LearnerAnswer
from mooring.content.course.items import ExplorableItem, Item, MatchItem, MultipleItem, NumericItem, OrderItem
from mooring.content.course.loader import CourseContent


def made_up_answer(course: CourseContent, item: Item, *, right: bool) -> LearnerAnswer:
    """An answer of the form that the question asks for."""
    if isinstance(item, NumericItem):
        return item.answer if right else item.answer + 3 * item.tolerance + 1
    if isinstance(item, ExplorableItem):
        return (key_of(course, item) or 0.0) * (1 if right else 3)
    if isinstance(item, OrderItem):
        return item.steps if right else item.steps[::-1]
    if isinstance(item, MatchItem):
        rights = [pair.right for pair in item.pairs]
        given = rights if right else rights[1:] + rights[:1]
        return {pair.left: each for pair, each in zip(item.pairs, given, strict=True)}
    if isinstance(item, MultipleItem):
        return item.key if right else frozenset(item.options) - item.key
    return next(key for key in item.options if (key in item.key) == right)
