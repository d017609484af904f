"""A question as a form: any type of item, in plain HTML, shuffled by a seed.

The names in the form hang on what is asked and never on its place, so that an answer means the same however
the page was shuffled when it was sent.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.academy.checks.queries.evaluation import Put
from mooring.content.course.answers import LearnerAnswer, shuffled
from mooring.content.course.items import (
    ExplorableItem,
    Item,
    MatchItem,
    MultipleItem,
    NumericItem,
    OrderItem,
    SingleItem,
)
from mooring.content.course.practice import Control, ExplorableFile, Node, unit_of
from mooring.content.course.predictions import PredictionFile
from mooring.content.course.schema import AnswerKind
from mooring.words.numbers import plain_number
from mooring.work.fields import FloatNumberField, NumberText, SliderInput, WholeNumberField
from mooring.work.moments import DayField
from mooring.work.pages import KeyedForm

ANSWER = "answer"
BESIDE = ("sure", "digest")
"""Fields that are not part of the answer."""


class ItemForm(KeyedForm):
    """One question. `prefix` is the item's id, so that a page may hold several.

    It carries the digest of the question that was shown: when the course moved on meanwhile, nothing is
    taken for an answer to the new question.

    Args:
        item: the question, in the version that is answered.
        seed: decides the order of what is shown.
        ask_sure: also ask how sure the learner is.
        required: whether an empty answer is an error; where it is not, look at `answered`.
        given: an answer to show again, as it was given.
    """

    def __init__(
        self,
        *args: Any,
        item: Item,
        seed: str,
        ask_sure: bool = False,
        required: bool = True,
        given: LearnerAnswer | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*args, **{"prefix": item.id, **named})
        self.item, self.seed, self.must = item, seed, required
        self.fields.update(self._asked())
        self.fields["digest"] = forms.CharField(initial=item.digest, required=False, widget=forms.HiddenInput)
        if ask_sure:
            self.fields["sure"] = forms.ChoiceField(
                label=_("How sure are you?"),
                choices=[("yes", _("Sure")), ("no", _("Not sure"))],
                widget=forms.RadioSelect,
                required=required,
            )
        if given is not None:
            self.initial.update(self._initial(given))

    # ---- the fields of each type ----------------------------------------------------------------------

    def _asked(self) -> dict[str, forms.Field]:
        item = self.item
        if isinstance(item, SingleItem):
            return {ANSWER: self._choice(forms.ChoiceField, forms.RadioSelect)}
        if isinstance(item, MultipleItem):
            field = self._choice(forms.MultipleChoiceField, forms.CheckboxSelectMultiple)
            field.help_text = _("Choose all that apply.")
            return {ANSWER: field}
        if isinstance(item, OrderItem):
            return self._places(item)
        if isinstance(item, MatchItem):
            return self._pairs(item)
        return {ANSWER: self._number(item)}

    def _choice(self, kind: type[forms.ChoiceField], widget: type[forms.Widget]) -> forms.ChoiceField:
        options = self.item.options  # type: ignore[union-attr]  # only items with options come here
        keys = shuffled(options, seed=f"{self.seed}/{self.item.id}")
        return kind(
            label=self.item.stem,
            choices=[(key, options[key].text) for key in keys],
            widget=widget,
            required=self.must,
        )

    def _number(self, item: NumericItem | ExplorableItem) -> FloatNumberField:
        return FloatNumberField(
            label=item.stem,
            required=self.must,
            widget=NumberText(attrs={"data-unit": unit_words(item)}),
        )

    def _places(self, item: OrderItem) -> dict[str, forms.Field]:
        places = [("", _("Which place?")), *((str(n), n) for n in range(1, len(item.steps) + 1))]
        return {
            name_of(step): forms.ChoiceField(label=step, choices=places, required=self.must)
            for step in shuffled(item.steps, seed=f"{self.seed}/{item.id}")
        }

    def _pairs(self, item: MatchItem) -> dict[str, forms.Field]:
        rights = shuffled((pair.right for pair in item.pairs), seed=f"{self.seed}/{item.id}/right")
        choices = [("", _("Choose what belongs to it")), *((name_of(each), each) for each in rights)]
        lefts = shuffled((pair.left for pair in item.pairs), seed=f"{self.seed}/{item.id}")
        return {
            name_of(left): forms.ChoiceField(label=left, choices=choices, required=self.must)
            for left in lefts
        }

    # ---- there and back ---------------------------------------------------------------------------------

    def _initial(self, given: Any) -> dict[str, Any]:
        if isinstance(self.item, OrderItem):
            return {name_of(step): str(place) for place, step in enumerate(given, 1)}
        if isinstance(self.item, MatchItem):
            return {name_of(left): name_of(right) for left, right in given.items()}
        return {ANSWER: sorted(given) if isinstance(given, frozenset) else given}

    @property
    def asked(self) -> list[str]:
        """Names of the fields that hold the answer."""
        return [name for name in self.fields if name not in BESIDE]

    def clean_digest(self) -> str:
        shown: str = self.cleaned_data["digest"]
        if shown and shown != self.item.digest:
            raise forms.ValidationError(
                _("This question was changed since you opened it. Read it again, then answer.")
            )
        return shown

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors or len(self.asked) == 1:
            return said
        values = [said.get(name, "") for name in self.asked]
        if any(values) and not all(values):
            raise forms.ValidationError(_("Answer every line, or leave all of them empty."))
        if isinstance(self.item, OrderItem) and any(values) and len(set(values)) < len(values):
            raise forms.ValidationError(_("Two steps have the same place. Give each place once."))
        return said

    @property
    def answered(self) -> bool:
        """Whether something was answered, in a valid form."""
        return all(self.cleaned_data.get(name) not in (None, "", []) for name in self.asked)

    def given(self) -> LearnerAnswer:
        """The answer of a valid form that is `answered`, as `course_answers` takes it."""
        said, item = self.cleaned_data, self.item
        if isinstance(item, OrderItem):
            return tuple(sorted(item.steps, key=lambda step: int(said[name_of(step)])))
        if isinstance(item, MatchItem):
            rights = {name_of(pair.right): pair.right for pair in item.pairs}
            return {pair.left: rights[said[name_of(pair.left)]] for pair in item.pairs}
        if isinstance(item, MultipleItem):
            return frozenset(said[ANSWER])
        answer: str | float = said[ANSWER]
        return answer

    @property
    def sure(self) -> bool:
        """What the learner said of the answer; sure where it was not asked."""
        return bool(self.cleaned_data.get("sure", "yes") != "no")


class PredictionForm(KeyedForm):
    """What a learner predicts: one option, or an amount on a slider that opens in the middle of its scale."""

    def __init__(self, *args: Any, prediction: PredictionFile, **named: Any) -> None:
        super().__init__(*args, **{"prefix": prediction.id, **named})
        scale = prediction.scale
        if scale is None:
            self.fields["given"] = forms.ChoiceField(
                label=_("Your prediction"),
                choices=list(prediction.options.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what you expect, then compare.")},
            )
            return
        limits = {"min": scale.minimum, "max": scale.maximum, "step": scale.step}
        self.fields["given"] = forms.FloatField(
            label=_("Your prediction"),
            min_value=scale.minimum,
            max_value=scale.maximum,
            initial=plain_number(scale.middle),
            widget=SliderInput(
                attrs={"data-unit": scale.unit, **{key: plain_number(value) for key, value in limits.items()}}
            ),
        )


class SettingsForm(forms.Form):
    """The controls of an explorable: a slider or a choice each, held to the fixed ranges of its file."""

    def __init__(self, *args: Any, explorable: ExplorableFile, **named: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{explorable.id}-%s", **named})
        for name, control in explorable.controls.items():
            self.fields[name] = _control(name, control)

    def settings(self) -> dict[str, float | str]:
        """What a valid form asks for, in the order of the controls."""
        return dict(self.cleaned_data)


class ChoiceForm(forms.Form):
    """What to do at one moment of a case; `place` says how many steps the page had seen."""

    choice = forms.ChoiceField(label=_("What do you do?"), widget=forms.RadioSelect)
    place = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, node: Node, place: int, **named: Any) -> None:
        super().__init__(*args, **{"initial": {"place": place}, **named})
        self.stands_at = place
        self.fields["choice"].choices = [(key, each.text) for key, each in node.choices.items()]  # type: ignore[attr-defined]

    @property
    def elsewhere(self) -> bool:
        """Whether what was sent belongs to another moment than the one where the case stands."""
        return self.is_bound and str(self.data.get("place", "")) != str(self.stands_at)


def _control(name: str, control: Control) -> forms.Field:
    if control.choices:
        return forms.ChoiceField(label=control.label, choices=[(each, each) for each in control.choices])
    limits = {"min": control.minimum, "max": control.maximum, "step": control.step}
    return forms.FloatField(
        label=control.label,
        min_value=control.minimum,
        max_value=control.maximum,
        widget=SliderInput(
            attrs={"data-unit": unit_of(name)}
            | {key: plain_number(value) for key, value in limits.items() if value is not None}
        ),
    )


def name_of(text: str) -> str:
    """The name of a text in a form; it tells nothing about the text's place in the file."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def unit_words(item: Item) -> str:
    """The unit behind the answer to a question; nothing where no number is asked for."""
    if isinstance(item, NumericItem):
        return item.unit
    return unit_of(item.output) if isinstance(item, ExplorableItem) else ""


class BeginForm(forms.Form):
    """Nothing is typed: the learner begins an attempt."""


class EvaluationForm(forms.Form):
    """The evaluation of a course: one field for every question that is put, named by its key."""

    def __init__(self, *args: Any, put: Iterable[Put], **named: Any) -> None:
        super().__init__(*args, **named)
        for each in put:
            if each.question.kind is AnswerKind.TEXT:
                self.fields[each.key] = forms.CharField(
                    label=each.text,
                    required=each.question.required,
                    max_length=2_000,
                    widget=forms.Textarea(attrs={"rows": 3}),
                    help_text=_("Write nothing that identifies you, and nothing about a patient."),
                )
            else:
                self.fields[each.key] = forms.ChoiceField(
                    label=each.text,
                    required=each.question.required,
                    choices=[(label, label) for label in each.options],
                    widget=forms.RadioSelect,
                )


class FindLearnerForm(forms.Form):
    """Search of the roster; empty shows all."""

    find = forms.CharField(label=_("Name"), max_length=120, required=False)


class LongerAccessForm(KeyedForm):
    """Until when a learner has access, at least."""

    until = DayField(
        label=_("Access until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The post-test is untimed, so extra time means a longer access."),
    )


class MoreAttemptsForm(KeyedForm):
    """How many further attempts a learner gets."""

    attempts = WholeNumberField(
        label=_("Further attempts"),
        min_value=1,
        max_value=5,
        initial=1,
    )


class CorrectionForm(forms.Form):
    """Which further answers count as right, why, and the seal of the dry run that was looked at."""

    everything = forms.BooleanField(
        label=_("Every answer that was given counts: the question is withdrawn"), required=False
    )
    reason = forms.CharField(
        label=_("What was wrong with the key"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Learners see it beside the question. Learners who pass because of it get it in a message."
        ),
    )

    def __init__(self, *args: Any, answers: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        if answers:
            self.fields["accepts"] = forms.MultipleChoiceField(
                label=_("Answers that count as right besides the key"),
                choices=answers,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields["accepts"].optional_words = ""  # type: ignore[attr-defined]
        self.order_fields(["accepts", "everything", "reason"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("accepts") and not said.get("everything") and "accepts" not in self.errors:
            raise forms.ValidationError(
                _("Choose the answers that count as right, or that every answer does.")
            )
        return said

    def accepts(self) -> list[Any]:
        """The answers as they are stored; empty when every answer counts."""
        said = self.cleaned_data
        return [] if said["everything"] else [json.loads(each) for each in said["accepts"]]
