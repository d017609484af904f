"""How Django renders a form by itself: `{{ form }}` and `{{ field.as_field_group }}` in our own look."""

from django.forms.renderers import TemplatesSetting


class OurForms(TemplatesSetting):
    """Named in the settings as FORM_RENDERER; widgets still come from Django's own templates."""

    form_template_name = "components/form_fields.html"
    field_template_name = "components/field.html"
