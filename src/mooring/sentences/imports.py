"""Why a question from elsewhere was left out, in an author's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.content.course.imported import ImportFault

WORDS: Mapping[str, "str | Promise"] = {
    "too-large": gettext_lazy("The file is larger than 10 MB. Export fewer questions at once."),
    "too-many": gettext_lazy("Only the first {about} questions are taken at once."),
    "hostile": gettext_lazy(
        "The file declares a document type or entities. Moodle exports none: export it again."
    ),
    "not-xml": gettext_lazy("The file is broken here: it is not well-formed XML."),
    "no-quiz": gettext_lazy("This is XML, but no export of questions: its outermost element is not “quiz”."),
    "no-questions": gettext_lazy("No question: a question begins with “## ”."),
    "no-braces": gettext_lazy("No answers in braces: { … }."),
    "no-answers": gettext_lazy("The answers begin with = or ~."),
    "line": gettext_lazy("This line is neither an option, nor “Answer:” nor “Why:”: {about}"),
    "kind": gettext_lazy("A course has no questions of this kind ({about})."),
    "picture": gettext_lazy(
        "It has a picture. Add the picture to the course’s media and the question by hand."
    ),
    "partly-right": gettext_lazy("One answer is right in part. Make it wholly right or wrong."),
    "no-stem": gettext_lazy("The question has no text."),
    "too-few-options": gettext_lazy("It has {about} options; a course asks for at least three."),
    "empty-option": gettext_lazy("One option has no text."),
    "no-explanation": gettext_lazy(
        "An answer is not explained: {about}. Add feedback to it, or to the question."
    ),
    "no-right-answer": gettext_lazy("No option is marked as right."),
    "no-number": gettext_lazy("The answer is not a number: {about}"),
    "no-unit": gettext_lazy("The number has no unit."),
    "schema": gettext_lazy("It does not fit a course: {about}."),
}


NO_READER: Mapping[str, "str | Promise"] = {
    "kind": gettext_lazy(
        "Choose a Moodle export (.xml), a GIFT file (.gift, .txt), or Markdown (.md, or several in a .zip)."
    ),
    "encoding": gettext_lazy("The file is not in UTF-8. Save it as UTF-8."),
    "zip": gettext_lazy("This archive cannot be read, or holds more than 500 files or 10 MB of text."),
}


def fault_words(fault: ImportFault) -> str:
    """`Row 12, “Half-life”: An answer is not explained: …`."""
    said = str(WORDS[fault.code]).format(about=fault.about)
    if fault.name:
        return _("Row {row}, “{name}”: {said}").format(row=fault.row, name=fault.name, said=said)
    return _("Row {row}: {said}").format(row=fault.row, said=said)
