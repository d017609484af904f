"""What a person may type about controlled drugs. Amounts are typed as they are read: mL of a liquid, or devices."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mooring.care.stock.models import (
    Container,
    ContainerState,
    CountKind,
    DrugRegistration,
    InventoryMoment,
    Safe,
    StatementKind,
    StockPolicy,
    Supplier,
    WasteMethod,
    Witnessed,
)
from mooring.content.schema.presentations import Presentation
from mooring.identity.models import Person
from mooring.rules.ledger import CountedAs, LedgerWrong, StockMeasure
from mooring.sentences.ledger import FAULT_WORDS
from mooring.work.fields import DecimalNumberField, NumberText, WholeNumberField
from mooring.work.moments import DayField
from mooring.work.pages import KeyedForm

DAY = {"type": "date"}
MOST_ML = 1000


class HappenedForm(KeyedForm):
    """A form for something that may have happened before it is recorded."""

    text = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AmountField(DecimalNumberField):
    """An amount of what a measure counts, typed in mL or pieces, as whole parts of it."""

    def __init__(self, *, measure: StockMeasure, **named: Any) -> None:
        self.measure = measure
        pieces = measure.counted == CountedAs.PIECES
        unit = _("devices") if pieces else "mL"
        super().__init__(
            max_digits=8,
            decimal_places=0 if pieces else 3,
            min_value=0,
            max_value=MOST_ML,
            widget=NumberText(attrs={"data-unit": unit}),
            **named,
        )

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else parts_of(self.measure, amount)


def parts_of(measure: StockMeasure, amount: Decimal) -> int:
    """mL or pieces as typed, in parts; asked for again when the ledger counts no such fraction."""
    try:
        return measure.parts(amount) if measure.counted == CountedAs.PIECES else measure.parts_of_ml(amount)
    except LedgerWrong as wrong:
        raise ValidationError(str(FAULT_WORDS[wrong.fault]), code="exact") from wrong


def signature_field() -> forms.CharField:
    """The person's own password as a signature; spaces at its ends are part of it."""
    return forms.CharField(
        label=gettext_lazy("Your password, as your signature"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DrawForm(HappenedForm):
    """From which container, and how much; nothing is prefilled but the container when there is one alone."""

    container = forms.ModelChoiceField(label=gettext_lazy("From"), queryset=Container.objects.none())
    amount = DecimalNumberField(
        label=gettext_lazy("Drawn: mL, or devices"),
        max_digits=8,
        decimal_places=3,
        min_value=0,
        max_value=MOST_ML,
    )
    field_order = ("container", "amount", "text")

    def __init__(self, *args: Any, containers: "QuerySet[Container]", emergency: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        chosen: Any = self.fields["container"]
        chosen.queryset = containers
        chosen.label_from_instance = container_words
        if emergency:
            self.fields["text"].label = _("What is the emergency?")
            self.fields["text"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        container, amount = cleaned.get("container"), cleaned.get("amount")
        if container is not None and amount is not None:
            try:
                cleaned["parts"] = parts_of(container.lot.measure, amount)
            except ValidationError as error:
                self.add_error("amount", error)
        return cleaned


def container_words(container: Any) -> str:
    """`Ketamine 50 mg/mL, 10 mL, vial 4417B-04, sealed`."""
    return _("{title}, {code}, {state}").format(
        title=container.lot.title, code=container.code, state=container.get_state_display()
    )


class WasteForm(HappenedForm):
    """How much, how, and who saw it."""

    method = forms.ChoiceField(label=gettext_lazy("How"), choices=WasteMethod.choices)
    field_order = ("amount", "method", "witness", "text")

    def __init__(
        self, *args: Any, measure: StockMeasure | None, witnesses: Sequence[Person] | None, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        if measure is not None:
            self.fields["amount"] = AmountField(label=_("Wasted"), measure=measure)
        if witnesses is not None:
            self.fields["witness"] = person_field(_("Who saw it"), witnesses)
        self.order_fields(self.field_order)


def person_field(label: str, people: Sequence[Person]) -> forms.TypedChoiceField:
    """One of these people."""
    by_pk = {str(each.pk): each for each in people}
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("Choose a colleague")), *((pk, each.name) for pk, each in by_pk.items())],
        coerce=lambda pk: by_pk[pk],
        empty_value=None,
    )


class ReturnForm(HappenedForm):
    def __init__(self, *args: Any, measure: StockMeasure, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount"] = AmountField(label=_("Returned unopened"), measure=measure)
        self.order_fields(("amount", "text"))


class WitnessForm(KeyedForm):
    """What the second person saw, with their own signature."""

    saw = forms.ChoiceField(
        label=gettext_lazy("What did you see?"),
        choices=[choice for choice in Witnessed.choices if choice[0] != Witnessed.WITHDRAWN],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("saw", "amount", "words", "password")

    def __init__(self, *args: Any, measure: StockMeasure, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["amount"] = AmountField(
            label=_("The amount, if you saw another one"), measure=measure, required=False
        )
        self.fields["password"] = signature_field()
        self.order_fields(self.field_order)


class AskWitnessForm(KeyedForm):
    def __init__(self, *args: Any, witnesses: Sequence[Person], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["witness"] = person_field(_("Who saw it"), witnesses)


class ReasonForm(KeyedForm):
    """One reason in words."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class MoveForm(ReasonForm):
    def __init__(self, *args: Any, safes: "QuerySet[Safe]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["to"] = forms.ModelChoiceField(label=_("To"), queryset=safes)
        self.order_fields(("to", "reason"))


class StartCountForm(KeyedForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Count"),
        choices=[choice for choice in CountKind.choices if choice[0] != CountKind.RECOUNT],
    )


class CountForm(KeyedForm):
    """Blind: a field a container, without its balance; a sealed vial is there, whole, or it is not."""

    def __init__(self, *args: Any, containers: Sequence[Container], **named: Any) -> None:
        super().__init__(*args, **named)
        self.containers = containers
        for container in containers:
            label = f"{container.lot.title}, {container.code}"
            sealed = container.state == ContainerState.SEALED and container.lot.counted == CountedAs.MASS
            self.fields[f"c{container.pk}"] = (
                forms.TypedChoiceField(
                    label=label,
                    choices=[("", _("Choose")), ("1", _("there, seal intact")), ("0", _("not there"))],
                    coerce=int,
                )
                if sealed
                else AmountField(label=label, measure=container.lot.measure)
            )

    def counted(self) -> dict[int, int]:
        """What was counted, in parts, by the container's id."""
        found = {}
        for container in self.containers:
            value = self.cleaned_data[f"c{container.pk}"]
            sealed = isinstance(self.fields[f"c{container.pk}"], forms.TypedChoiceField)
            found[container.pk] = value * container.whole if sealed else value
        return found


class DifferenceForm(KeyedForm):
    how = forms.CharField(
        label=gettext_lazy("How was it settled?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    lost = forms.BooleanField(
        label=gettext_lazy("What is missing is lost or stolen: the notices of a loss follow"), required=False
    )
    password = signature_field()


class ReceiveForm(KeyedForm):
    """One line of a delivery, as the label and the papers say."""

    presentation = forms.ChoiceField(label=gettext_lazy("What"))
    lot_number = forms.CharField(label=gettext_lazy("Lot number"), max_length=40)
    expires_on = DayField(label=gettext_lazy("Use by"), widget=forms.DateInput(attrs=DAY))
    containers = WholeNumberField(label=gettext_lazy("Containers that arrived"), min_value=1, max_value=200)
    on_paper = WholeNumberField(label=gettext_lazy("Containers on the papers"), min_value=0, max_value=200)

    def __init__(
        self, *args: Any, presentations: Sequence[Presentation], suppliers: "QuerySet[Supplier]", **named: Any
    ) -> None:
        super().__init__(*args, **named)
        chosen: Any = self.fields["presentation"]
        chosen.choices = [(item.key, item.title) for item in presentations]
        self.fields["supplier"] = forms.ModelChoiceField(label=_("Supplier"), queryset=suppliers)
        self.fields["record"] = forms.CharField(
            label=_("Record number of the patient, if it came by prescription for one"),
            max_length=20,
            required=False,
        )


class StatementForm(KeyedForm):
    """What is signed about a safe: today's inventory, or a month that is over."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=StatementKind.choices)
    moment = forms.ChoiceField(label=gettext_lazy("At"), choices=InventoryMoment.choices)
    exact = forms.BooleanField(
        label=gettext_lazy("Opened containers were counted exactly (else the figures are an estimate)"),
        required=False,
        initial=True,
    )
    password = signature_field()


class CountersignForm(KeyedForm):
    password = signature_field()


class ReorderForm(KeyedForm):
    """Below how many unopened containers somebody is asked to order."""

    presentation = forms.ChoiceField(label=gettext_lazy("What"))
    least = WholeNumberField(label=gettext_lazy("Keep at least"), min_value=0, max_value=500)

    def __init__(self, *args: Any, presentations: Sequence[Presentation], **named: Any) -> None:
        super().__init__(*args, **named)
        chosen: Any = self.fields["presentation"]
        chosen.choices = [(item.key, item.title) for item in presentations]


class RegistrationForm(KeyedForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = DrugRegistration
        fields = ("holder", "address", "number", "schedules", "expires_on")
        field_classes = {"expires_on": DayField}
        widgets = {"expires_on": forms.DateInput(attrs=DAY)}


class SupplierForm(KeyedForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Supplier
        fields = ("name", "address", "number")


class SafeForm(KeyedForm, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Safe
        fields = ("name", "place")


class KeyForm(KeyedForm):
    def __init__(self, *args: Any, people: Sequence[Person], safes: "QuerySet[Safe]", **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["safe"] = forms.ModelChoiceField(label=_("Safe"), queryset=safes)
        self.fields["person"] = person_field(_("Who may open it"), people)


class StockPolicyForm(KeyedForm, forms.ModelForm):  # type: ignore[type-arg]
    tolerance_percent = DecimalNumberField(
        label=gettext_lazy("A count of an opened vial may differ by, % of the balance"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=10,
    )
    witness_minutes = WholeNumberField(
        label=gettext_lazy("Minutes to answer as a witness"), min_value=1, max_value=240
    )
    opened_days = WholeNumberField(
        label=gettext_lazy("Days an opened vial may be used"), min_value=0, max_value=365
    )
    dead_space_ml = DecimalNumberField(
        label=gettext_lazy("Lost in needle and line at each draw"),
        max_digits=4,
        decimal_places=2,
        min_value=0,
        max_value=1,
        widget=NumberText(attrs={"data-unit": "mL"}),
    )
    overfill_percent = DecimalNumberField(
        label=gettext_lazy("A vial may hold more than its label says by, %"),
        max_digits=4,
        decimal_places=1,
        min_value=0,
        max_value=20,
    )
    investigate_hours = WholeNumberField(
        label=gettext_lazy("Hours to settle a difference after the recount"), min_value=1, max_value=240
    )
    password = signature_field()

    class Meta:
        model = StockPolicy
        fields = (
            "witness_waste",
            "witness_count",
            "witness_minutes",
            "must_draw",
            "tolerance_percent",
            "opened_days",
            "investigate_hours",
            "dead_space_ml",
            "overfill_percent",
        )


class RecallForm(KeyedForm):
    reference = forms.CharField(label=gettext_lazy("Number or sender of the recall"), max_length=120)


class FindContainerForm(forms.Form):
    """A vial by the number on its label: the lot, or the vial's own."""

    q = forms.CharField(label=gettext_lazy("Vial or lot"), required=False, max_length=60)
