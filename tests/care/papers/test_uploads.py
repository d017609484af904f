"""Files that come in: taken once, shown under a sandbox, filed to a value of their own day; names are never trusted."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mooring.audit.models import Access
from mooring.care.disclosures.queries import keeping
from mooring.care.observations.models import Observation
from mooring.care.papers.models import UploadedContent, UploadedFile
from mooring.content.loader import load
from mooring.content.schema.privacy import PrivacyRule
from mooring.identity.models import Person
from tests.packs import sign_pack_for
from tests.people import PASSWORD, Cast
from tests.work.documents.test_incoming import PLAIN_PDF, SVG, png

pytestmark = pytest.mark.django_db


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def sent(
    cast: Cast, data: bytes, name: str = "cuff.png", person: Person | None = None, **changed: str
) -> Any:
    yesterday = (cast.site.today(timezone.now()) - timedelta(days=1)).isoformat()
    typed: dict[str, Any] = {"kind": "pressure", "title": "Cuff at home", "dated_on": yesterday, **changed}
    typed["file"] = SimpleUploadedFile(name, data, content_type="text/html")
    return signed_in(person or cast.monitor).post(f"/care/papers/of/{cast.patient.pk}/files/", typed)


def test_a_photograph_is_taken_shown_under_a_sandbox_and_filed_to_its_value(cast: Cast) -> None:
    assert sent(cast, png(), name="../../etc/passwd<script>.html").status_code == 302
    file = UploadedFile.objects.get()
    assert (file.media_type, file.size, len(file.digest)) == ("image/png", len(png()), 64)
    assert bytes(UploadedContent.objects.get().data) == png()
    monitor = signed_in(cast.monitor)
    answer = monitor.get(f"/care/papers/files/{file.pk}/content/")
    assert b"".join(answer.streaming_content) == png()
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/png"
    assert f"file-{file.pk}.png" in answer["Content-Disposition"]
    assert Access.objects.filter(screen=f"/care/papers/files/{file.pk}/content/").exists()
    at = datetime.combine(file.dated_on, time(0), tzinfo=cast.site.zone)
    value = Observation.objects.create(
        patient=cast.patient, kind="blood-pressure", value=128, second=82, at=at + timedelta(hours=9),
        stored_at=timezone.now(), by=cast.monitor,
    )  # fmt: skip
    path = f"/care/papers/files/{file.pk}/"
    assert "128/82" in monitor.get(path).content.decode().replace("\u00a0", " ")
    assert monitor.post(path, {"fact": "care_observations.observation:987"}).status_code == 422
    assert monitor.post(path, {"fact": f"care_observations.observation:{value.pk}"}).status_code == 302
    file.refresh_from_db()
    assert file.filed_as == f"care_observations.observation:{value.pk}"
    assert monitor.post(path, {"fact": "read"}).status_code == 422


def test_hostile_files_leave_nothing_behind(cast: Cast) -> None:
    for data in (SVG, png() + b"PK\x03\x04", b""):
        assert sent(cast, data).status_code == 422
    assert not UploadedFile.objects.exists()
    assert not UploadedContent.objects.exists()


def test_the_same_file_comes_in_once_and_no_day_ahead(cast: Cast) -> None:
    assert sent(cast, PLAIN_PDF, kind="referral").status_code == 302
    assert sent(cast, PLAIN_PDF, kind="referral").status_code == 422
    ahead = (cast.site.today(timezone.now()) + timedelta(days=2)).isoformat()
    assert sent(cast, png(), dated_on=ahead).status_code == 422
    assert sent(cast, png(), dated_on="1926-01-01").status_code == 422
    assert UploadedFile.objects.count() == 1
    file = UploadedFile.objects.get()
    answer = signed_in(cast.monitor).get(f"/care/papers/files/{file.pk}/content/")
    assert answer["Content-Disposition"].startswith("attachment")


def test_who_may_read_and_who_may_write(cast: Cast) -> None:
    sent(cast, png())
    file = UploadedFile.objects.get()
    for path in (f"/care/papers/files/{file.pk}/", f"/care/papers/files/{file.pk}/content/"):
        assert signed_in(cast.stranger).get(path).status_code == 404
        assert signed_in(cast.monitor).get(path).status_code == 200
    assert sent(cast, png(), person=cast.stranger).status_code == 404
    assert signed_in(cast.monitor).get("/care/papers/files/987654/").status_code == 404


def test_files_go_by_the_sites_own_rule_and_not_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """No source gives a period for the clinical record: without the site's own rule nothing goes."""
    sign_pack_for(cast)
    assert sent(cast, png()).status_code == 302
    file = UploadedFile.objects.get()
    officer, own = signed_in(cast.privacy_officer), f"/care/papers/of/{cast.patient.pk}/files/erase/"
    signed = {"password": PASSWORD}
    refused = officer.post(own, signed)
    assert refused.status_code == 422
    assert "no rule in the pack in force says that it may go" in refused.content.decode()
    rule = PrivacyRule.model_validate(
        {
            **load().privacy["RETAIN-CLINICAL@1"].model_dump(),
            "id": "RETAIN-OURS",
            "retention": {"records": "clinical", "years": 1},
        }
    )
    monkeypatch.setattr(keeping, "privacy_rules", lambda site, on: [rule])
    assert "kept until" in officer.post(own, signed).content.decode()
    later = timezone.now() + timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: later)
    officer = signed_in(cast.privacy_officer)
    assert officer.post(own, {"password": "no"}).status_code == 422
    assert officer.post(own, signed).status_code == 302
    assert bytes(UploadedContent.objects.get().data) == b""
    assert "Erased." in signed_in(cast.monitor).get(f"/care/papers/files/{file.pk}/").content.decode()
    assert signed_in(cast.monitor).get(f"/care/papers/files/{file.pk}/content/").status_code == 404
    assert UploadedFile.objects.get().digest == file.digest
    assert signed_in(cast.monitor).get(own).status_code == 403
    assert signed_in(cast.stranger).get(own).status_code == 404
