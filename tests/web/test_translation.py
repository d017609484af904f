"""Translations from end to end, proven with a language made from the program's own sentences."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR

from mooring.identity.models import Site
from tests.people import Cast
from tests.web import pseudo

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.skipif(shutil.which("xgettext") is None, reason="needs GNU gettext: apt install gettext"),
]
PLAIN = re.compile(r"(?<![\w&/@.:-])[A-Za-z]{2,}(?:[ ’'][A-Za-z]{2,})*(?![\w@])")
VOWEL = re.compile(r"[aeiouycnAEIOUYCN]")
"""A translated word has no plain vowel left, so one that has was never translated."""


class Texts(HTMLParser):
    """What people read on a page: texts between tags, and the attributes that are read aloud or shown."""

    READ = ("aria-label", "alt", "placeholder", "title")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.root: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.root = dict(attributes)
        code = "id" in (dict(attributes).get("class") or "").split()
        if tag in ("script", "style", "bdi") or code:
            self.inside.append(tag)
        self.texts += [value for name, value in attributes if name in self.READ and value]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside and data.strip():
            self.texts.append(" ".join(data.split()))


def read(page: bytes) -> Texts:
    texts = Texts()
    texts.feed(page.decode())
    return texts


@pytest.fixture(scope="module")
def catalogs() -> Path:
    return pseudo.shared_catalog()


@pytest.fixture
def pseudo_language(catalogs: Path) -> Iterator[None]:
    """The made-up language is offered. Django itself forgets its catalogs when these settings change."""
    with override_settings(
        LANGUAGES=[("en", "English"), (pseudo.CODE, "Pseudo")],
        LANGUAGES_BIDI=[*django_settings.LANGUAGES_BIDI, pseudo.CODE],
        LOCALE_PATHS=[str(catalogs)],
    ):
        yield


NAMES_AND_UNITS = re.compile(r"Mooring|PHQ|REMS|CSV|RIS|ng|mL|mmHg|mg|kg")
"""What is no sentence of the program: its name, names of formats and instruments, units."""
OF_PACKAGES = {*MONTHS_3.values(), *MONTHS.values(), *WEEKDAYS.values(), *WEEKDAYS_ABBR.values(), "Password"}
"""Django and allauth bring their own catalogs for these."""


def not_translated(texts: list[str], allowed: str) -> list[str]:
    wrong = []
    for text in texts:
        for found in PLAIN.finditer(text):
            words = found.group()
            if VOWEL.search(words) and not is_data(words, allowed):
                wrong.append(f"{words}   (in: {text[:80]})")
    return wrong


def is_data(words: str, allowed: str) -> bool:
    packages = {str(name).lower() for name in OF_PACKAGES}
    return (
        words.lower() in allowed.lower()
        or NAMES_AND_UNITS.fullmatch(words) is not None
        or all(word.lower() in packages for word in words.split())
    )


PAGES = {
    "visitor": (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/no-such-page/",
        "/care/referrals/interest/",
    ),
    "coordinator": ("/", "/care/patients/", "/care/referrals/", "/care/patients/{patient}/"),
    "prescriber": (
        "/care/patients/{patient}/",
        "/care/observations/of/{patient}/",
        "/care/consents/of/{patient}/",
        "/care/patients/{patient}/people/",
    ),
    "administrator": ("/people/", "/people/duty/", "/people/invite/"),
    "privacy_officer": ("/audit/",),
    "stranger": ("/care/patients/{patient}/",),
}


@pytest.mark.parametrize(("who", "path"), [(who, path) for who, paths in PAGES.items() for path in paths])
def test_nothing_on_a_page_stays_untranslated(
    who: str, path: str, client: Client, cast: Cast, pseudo_language: None
) -> None:
    if who != "visitor":
        client.force_login(getattr(cast, who))
    page = client.get(path.format(patient=cast.patient.pk), headers={"accept-language": pseudo.CODE})
    assert page.status_code in (200, 404), path
    found = read(page.content)
    assert (found.root["lang"], found.root["dir"]) == (pseudo.CODE, "rtl")
    assert "é" in page.content.decode()
    left = not_translated(found.texts, words_of_the_data(cast))
    assert not left, "\n".join(left)


def words_of_the_data(cast: Cast) -> str:
    """Texts out of the rows behind a page: not for translators."""
    people = [person for person in vars(cast).values() if hasattr(person, "legal_name")]
    sites = [site for site in vars(cast).values() if hasattr(site, "crisis_lines")]
    rows = [name for person in people for name in (person.legal_name, person.chosen_name, person.email or "")]
    for site in Site.objects.all():
        rows += [
            site.name,
            site.time_zone,
            *(str(text) for line in site.crisis_lines for text in line.values()),
        ]
    return " ".join([*rows, str(cast.patient), cast.patient.record_number, *map(str, sites)])


def test_a_language_without_a_catalog_is_not_claimed(client: Client, db: None) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "es"})
    found = read(page.content)
    assert (found.root["lang"], found.root["dir"]) == ("en", "ltr")
    assert page.headers["Content-Language"] == "en"


def test_a_word_that_was_never_translated_is_found() -> None:
    assert not_translated(["Sàvéd tödàýéé", "Save it now"], "") == ["Save it now   (in: Save it now)"]
    assert not_translated(["Ruth Calloway", "36 mg"], "Ruth Calloway") == []


def test_placeholders_and_tags_stay_whole() -> None:
    assert pseudo.stretched("Saved at {time}.") == "Sàvédéé àté {time}."
    assert pseudo.stretched("%(n)s doses") == "%(n)s döséséé"
    assert "<b>" in pseudo.stretched("<b>Now</b> at 100%%")


def test_plurals_and_dates_follow_the_language(pseudo_language: None) -> None:
    with translation.override(pseudo.CODE):
        assert translation.ngettext("{n} day", "{n} days", 1).startswith("{n} dàý")
        assert translation.ngettext("{n} day", "{n} days", 2).startswith("{n} dàýs")
        assert translation.pgettext("date format", "j M Y") == "j M Y"
        assert translation.get_language_bidi()
