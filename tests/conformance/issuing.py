"""Issues one certificate in an empty database, as a learner gets it, and writes its files."""

from pathlib import Path
from unittest import mock

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from mooring.academy.credits.queries import completion
from mooring.academy.credits.queries.certificates import status_place
from mooring.academy.credits.queries.papers import drawn_paper
from tests.academy.credits.crediting import claim, credit_course, finished
from tests.people import NOW, make_cast


def issue_into(folder: Path) -> None:
    """Write `badge.json`, `list.json` and `paper.pdf` of a new certificate, the first two as the pages give them."""
    call_command("migrate", verbosity=0)
    cast = make_cast()
    with (
        mock.patch.object(completion, "post_test_passed", return_value=NOW),
        mock.patch.object(completion, "evaluation_done", return_value=NOW),
    ):
        certificate = claim(finished(cast.learner, credit_course(cast.educator)), "tiny-cme")
    visitor = Client(SERVER_NAME="localhost")
    for name, address in {
        "badge.json": reverse("certificate-badge", args=[certificate.code]),
        "list.json": reverse("status-list", args=[status_place(certificate.pk)[0]]),
    }.items():
        (folder / name).write_bytes(visitor.get(address).content)
    (folder / "paper.pdf").write_bytes(drawn_paper(certificate))
