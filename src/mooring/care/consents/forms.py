"""What is typed in person: the patient's answers and name, and the password of the colleague."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mooring.content.schema.texts import ConsentText as Text

UNDERSTOOD = [("yes", _("Yes, in their own words")), ("again", _("Not yet: go through it again"))]
CHOSEN = [("yes", _("Yes, I agree")), ("no", _("No, I do not agree"))]


class SignConsentForm(forms.Form):
    """One field for each teach-back question and each choice of the text, then name and password."""

    signed_name = forms.CharField(
        label=_("Patient: type your full name to sign"),
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password, as the colleague taking this consent"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        for section in text.sections:
            if section.teach_back:
                self.fields[f"understood_{section.code}"] = forms.ChoiceField(
                    label=section.teach_back.question,
                    help_text=section.teach_back.expects,
                    choices=UNDERSTOOD,
                    widget=forms.RadioSelect,
                )
            if section.choice:
                self.fields[f"choice_{section.code}"] = forms.ChoiceField(
                    label=section.heading, choices=CHOSEN, widget=forms.RadioSelect
                )

    def understood(self) -> dict[str, bool]:
        return self._answers("understood")

    def choices(self) -> dict[str, bool]:
        return self._answers("choice")

    def _answers(self, kind: str) -> dict[str, bool]:
        answers = (
            (section.code, self.cleaned_data.get(f"{kind}_{section.code}")) for section in self.text.sections
        )
        return {code: answer == "yes" for code, answer in answers if answer}


class WithdrawConsentForm(forms.Form):
    """Nothing is asked: the patient's word is enough."""
