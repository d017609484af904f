"""What may be typed in a discussion."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.discussion.actions import LONGEST_WORDS
from mooring.academy.discussion.queries import AskedPlace

NO_PATIENTS = _("Write nothing that could identify a patient: no names, dates, numbers or places.")


def _words(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_WORDS, help_text=NO_PATIENTS, widget=forms.Textarea(attrs={"rows": 5})
    )


class QuestionForm(forms.Form):
    """A question at a lesson of the course; opened from a lesson, at one of its passages or questions."""

    def __init__(
        self, *args: Any, lessons: list[tuple[str, str]], places: Mapping[str, AskedPlace], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.fields["lesson"] = forms.ChoiceField(label=_("Lesson"), choices=lessons)
        if places:
            self.fields["place"] = forms.ChoiceField(
                label=_("Passage or question"),
                choices=[
                    ("", _("The lesson as a whole")),
                    *((key, each.words) for key, each in places.items()),
                ],
                required=False,
            )
        self.fields["title"] = forms.CharField(label=_("Your question in a line"), max_length=160)
        self.fields["words"] = _words(_("In more words"))


class PostForm(forms.Form):
    words = _words(_("Your answer"))


class ReasonForPostForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class AppealForm(forms.Form):
    words = forms.CharField(
        label=_("Why it should be shown"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class SearchForm(forms.Form):
    find = forms.CharField(label=_("Search"), max_length=100, required=False)
