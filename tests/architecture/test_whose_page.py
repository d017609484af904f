"""Two identifiers stand on every page that writes into a record (case W9): name alone tells no two Sams apart."""

import re

from tests.architecture.sources import ROOT

TEMPLATES = ROOT / "src" / "mooring" / "web" / "templates"
WRITES = re.compile(r'method="post"|components/form\.html')
WITHOUT_RECORD = {
    "care/stock/close_day.html": "a safe's day",
    "care/stock/container.html": "a container; each line names whose it is",
    "care/stock/count.html": "a blind count names no one",
    "care/stock/discrepancy.html": "a container",
    "care/stock/holdings.html": "a site's safes",
    "care/stock/lot.html": "a lot; each line names whose it is",
    "care/stock/receive.html": "a delivery",
    "care/stock/reports.html": "a safe's reports",
    "care/papers/months.html": "a site's month",
    "care/papers/letterhead.html": "a site's letterhead",
    "care/stock/reorder.html": "a site's stock",
    "care/stock/safe.html": "a safe; each line names whose it is",
    "care/stock/statement.html": "a safe's figures",
    "care/stock/statements.html": "a safe's figures",
    "care/rems/site.html": "a setting's enrolment: no record",
    "care/sessions/tablet/tablet.html": "lies beside its patient and names none to bystanders",
    "care/sessions/chaperone/chaperone.html": "the chaperone's own phone, of one session, names none to bystanders",
    "care/referrals/interest.html": "the public form: there is no record yet",
    "care/measures/fill.html": "by a link for bystanders; on the clinic's device its view hands over the patient",
    "care/treatments/ceilings.html": "of the site, not of a patient",
    "care/floor/screens.html": "screens of a site: no record",
    "care/sessions/tablet/code.html": "a tablet that is not paired yet, or no more: no record",
    "care/sessions/groups.html": "groups of a site; each row of a group names its patient",
    "care/sessions/group.html": "several patients, each named in their row; a line names none",
    "care/integration/circles.html": "circles of a site: no record",
    "care/integration/circle.html": "a roster: each seat names its patient",
    "care/sessions/chaperone/pair.html": "a phone that is not paired yet, or no more: no record",
    "care/integration/mine.html": "the patient's own page, behind a link: it says whose it is for bystanders",
    "care/screening/answer.html": "the patient's own page, behind a link: it says whose it is for bystanders",
}


TAKES_IN = re.compile(r'{% (?:extends|include) "(care/[^"]+)"')


def nameless(pages: dict[str, str]) -> list[str]:
    """Pages of care that write and whose shell is handed neither a patient nor a lead, by them or what they take in."""
    whole = {
        name: text + "".join(pages.get(base, "") for base in TAKES_IN.findall(text))
        for name, text in pages.items()
    }
    return [
        name
        for name, text in whole.items()
        if WRITES.search(text)
        and "{% extends" in text
        and name not in WITHOUT_RECORD
        and (
            not re.search(r"\b(patient|lead)\.|\{\{ (patient|lead) \}\}|=patient\b", text)
            or re.search(r"block whose_record", text)
        )
    ]


def test_case_w9_every_page_that_writes_can_say_whose_record_it_is() -> None:
    """Case W9: by construction, from what each page's template is handed."""
    extends, form = '{% extends "base.html" %}', '<form method="post">'
    assert nameless({"care/a.html": extends + form}) == ["care/a.html"]
    assert nameless({"care/a.html": extends + form + "{{ patient.pk }} {% block whose_record %}"})
    assert not nameless({"care/a.html": extends + form + "{{ patient.pk }}", "care/b.html": form})
    of_a = '{% extends "care/a.html" %}' + form
    assert not nameless({"care/a.html": extends + "{{ patient.pk }}", "care/b.html": of_a})
    assert nameless({"care/a.html": extends, "care/b.html": of_a}) == ["care/b.html"]
    with_where = extends + form + '{% include "care/where.html" with cycle=None %}'
    assert not nameless({"care/a.html": with_where, "care/where.html": "{{ patient.pk }}"})
    assert nameless({"care/a.html": with_where, "care/where.html": "{{ site }}"}) == ["care/a.html"]
    pages = {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in TEMPLATES.glob("care/**/*.html")
    }
    assert not nameless(pages)


def test_the_shell_shows_them() -> None:
    shell = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert "components/whose_record.html" in shell
