"""A page to try the shell's behaviour on: one form, with drafts, sent by htmx or plainly."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.cache import never_cache

import mooring.web.urls

received: list[dict[str, str]] = []
kept: list[str] = []
answering = {"draft": 200}

PAGE = """{% extends "base_plain.html" %}{% load mooring_ui %}
{% block title %}Try it{% endblock %}
{% block content %}{% if sent %}<p id="sent">It is sent.</p>{% else %}<div id="place">
{% if swapped %}<form action="" method="post" novalidate hx-post="" hx-target="#place" hx-select="#place" hx-swap="outerHTML">
{% csrf_token %}{{ form }}<div class="btns"><button class="btn btn-primary" type="submit">Send</button></div></form>
{% else %}{% include "components/form.html" with act="Send" draft_url="/try/draft/" %}{% endif %}
</div><p id="lines" data-part>No lines yet.</p>{% endif %}{% endblock %}"""


class TryForm(forms.Form):
    words = forms.CharField(label="Your words")


@login_not_required
@never_cache
def try_out(request: HttpRequest, *, swapped: bool = False) -> HttpResponse:
    form = TryForm(request.POST or None) if request.method == "POST" else TryForm()
    sent = request.method == "POST" and form.is_valid()
    if sent:
        received.append(form.cleaned_data)
    status = 422 if form.is_bound and form.errors else 200
    page = (
        engines["django"].from_string(PAGE).render({"form": form, "swapped": swapped, "sent": sent}, request)
    )
    return HttpResponse(page, status=status)


@login_not_required
def draft(request: HttpRequest) -> HttpResponse:
    if answering["draft"] != 200:
        return HttpResponse(status=answering["draft"])
    kept.append(request.POST["words"])
    part = '<p id="lines" data-part>Call 988.</p>'
    return HttpResponse(part, headers={"X-Kept-At": "14:02"})


urlpatterns = [
    *mooring.web.urls.urlpatterns,
    path("try/", try_out),
    path("try/swapped/", try_out, {"swapped": True}),
    path("try/draft/", draft),
]
