"""What a person types about papers."""

from django import forms

from mooring.care.papers.models import PracticeDetails


class PracticeForm(forms.ModelForm):  # type: ignore[type-arg]
    """The letterhead of a site, and the numbers that its bills bear."""

    class Meta:
        model = PracticeDetails
        fields = (
            "legal_name",
            "address_1",
            "address_2",
            "city",
            "region",
            "postcode",
            "fax",
            "tax_number",
            "group_number",
        )
