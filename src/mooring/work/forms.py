"""What a person may type: a date of birth before a link opens, a colleague to hand a task to."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from mooring.identity.models import Person
from mooring.work.moments import DayField


class OpenLinkForm(forms.Form):
    birth_date = DayField(
        label=_("Your date of birth"),
        help_text=_("So that no one else opens this."),
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
    )


class HandOverForm(forms.Form):
    """Chooses among `colleagues`."""

    def __init__(
        self, *, colleagues: "QuerySet[Person]", data: QueryDict | None = None, **fields: Any
    ) -> None:
        super().__init__(data=data, **fields)
        self.fields["to"] = forms.ModelChoiceField(label=_("Hand over to"), queryset=colleagues)
