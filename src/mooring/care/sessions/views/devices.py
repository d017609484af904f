"""Bedside devices: the page that pairs one, and the two addresses that a device itself speaks to.

A device has no sign-in. It gets in by the code that a colleague made for it, then by the token of its pairing, and
reaches nothing but these two addresses. What it speaks is in docs/devices.md.
"""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mooring.audit.prepared import Prepared
from mooring.care.sessions import actions
from mooring.care.sessions.access import (
    get_device_by_code,
    get_device_for,
    get_device_of,
    get_session_for,
)
from mooring.care.sessions.kinds.knowledge import SessionKnowledge
from mooring.care.sessions.models import BedsideDevice, StoredReading
from mooring.care.sessions.queries import knowledge_of
from mooring.care.sessions.views.emergency import as_qr
from mooring.identity.roles import Permission
from mooring.identity.tries import claim_try, forget
from mooring.rules.device_readings import BatchError, DeviceReading, SignRange, read_batch
from mooring.rules.fhir_vitals import readings_of
from mooring.rules.verdict import Refused
from mooring.work.codes import in_groups
from mooring.work.pages import SignedInRequest, attempt, page

FHIR = "application/fhir+json"
MOST_BYTES = 400_000
LARGEST = 1e9
"""A sign whose content names no range may be any finite number below this."""
NEWEST = Prepared(
    lambda keys, moments: (
        StoredReading.objects.filter(device__in=keys)
        .order_by("-at", "-seq")
        .values_list("seq", "at", "values", "artefact")[:1]
    )
)


def devices(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the team: a code as text and as QR for a device, which device measures, and taking it away."""
    to = Permission.SESSIONS_WRITE if request.method == "POST" else Permission.SESSIONS_READ
    session = get_session_for(request.user, pk, to=to)
    code, reasons = "", []
    if request.method == "POST":
        with attempt(request) as tried:
            _device, code = actions.make_device_code(session=session, by=request.user, at=timezone.now())
        reasons = tried.reasons
    address = request.build_absolute_uri(reverse("device-pair"))
    context: dict[str, Any] = {
        "session": session,
        "patient": session.patient,
        "code": in_groups(code),
        "qr": as_qr(json.dumps({"mooring": 1, "pair": address, "code": code})) if code else "",
        "reasons": reasons,
        "address": address,
        "paired": session.devices.paired().first(),
    }
    return page(request, "care/sessions/devices.html", context, status=422 if reasons else 200)


@require_POST
def end(request: SignedInRequest, pk: int, device_pk: int) -> HttpResponse:
    """Take the device away; what it sent stays."""
    session = get_session_for(request.user, pk, to=Permission.SESSIONS_WRITE)
    device = get_device_of(request.user, session, device_pk)
    with attempt(request):
        actions.end_device(device=device, by=request.user, at=timezone.now())
    return redirect("session-devices", session.pk)


@csrf_exempt
@login_not_required
@require_POST
def pair(request: HttpRequest) -> JsonResponse:
    """A device trades its code for a token: `{"code": "ABCD-EFGH", "name": "Monitor 2"}`."""
    now, body = timezone.now(), _body(request)
    code, name = (body.get("code"), body.get("name", "")) if isinstance(body, dict) else ("", "")
    if not isinstance(code, str) or not isinstance(name, str):
        return _refused(400, "text-expected")
    key = f"device:{request.META.get('REMOTE_ADDR', '')}"
    wait = claim_try(key, at=now)
    if wait is not None:
        return _refused(429, "too-many-codes")
    waiting = get_device_by_code(code)
    if waiting is None:
        return _refused(404, "unknown-code")
    try:
        device, token = actions.pair_device(device=waiting, name=name, by=waiting.made_by, at=now)
    except Refused:
        return _refused(410, "code-expired")
    forget(key)
    signs = {sign: [each.least, each.most] for sign, each in ranges(knowledge_of(device.session)).items()}
    return JsonResponse({"token": token, "readings": reverse("device-readings"), "signs": signs})


@csrf_exempt
@login_not_required
@require_POST
def readings(request: HttpRequest) -> JsonResponse:
    """A batch of readings: stored first, each once; what was not taken is answered with its reason."""
    device = get_device_for(request)
    if device is None:
        return _refused(401, "no-token")
    if device.ended_at is not None:
        return _refused(410, "pairing-ended")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return _refused(413, "too-large")
    body, now = _body(request), timezone.now()
    if request.content_type == FHIR:
        body = readings_of(body)
    try:
        batch = read_batch(
            body,
            ranges(knowledge_of(device.session)),
            since=device.paired_at or now,
            now=now,
            last=_last(device),
        )
        new = actions.store_readings(device=device, readings=batch.readings, at=now)
    except BatchError as error:
        return _refused(400, str(error))
    except Refused:
        return _refused(410, "pairing-ended")
    refused_ones = [{"seq": each.seq, "why": each.fault.value} for each in batch.refused]
    return JsonResponse({"stored": new, "known": len(batch.readings) - new, "refused": refused_ones})


def _body(request: HttpRequest) -> object:
    """The JSON of the request; None for what is none, however it is broken."""
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError, RawPostDataException):  # the last: a browser's form with a file
        return None


def _refused(status: int, why: str) -> JsonResponse:
    """A machine is answered with a code; docs/devices.md says what each means."""
    return JsonResponse({"error": why}, status=status)


def _last(device: BedsideDevice) -> DeviceReading | None:
    return next((DeviceReading(*row) for row in NEWEST.rows((device.pk,))), None)


def ranges(knowledge: SessionKnowledge) -> dict[str, SignRange]:
    """What the signs of the plan can be at all, and the change after which the room asks again."""
    asks = {table.sign: table.ask_change for table in knowledge.thresholds.signs if table.phase == "during"}
    return {
        datum.key: SignRange(
            float(datum.least) if isinstance(datum.least, int | float) else -LARGEST,
            float(datum.most) if isinstance(datum.most, int | float) else LARGEST,
            asks.get(datum.key),
        )
        for datum in knowledge.signs
    }
