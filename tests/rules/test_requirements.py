"""Requirements: who holds what an act asks for."""

from datetime import date, timedelta

from mooring.rules.requirements import Held, check, in_words, titles
from mooring.rules.screening import Setting
from mooring.rules.verdict import Effect, Override
from mooring.sentences.findings import words_of
from tests.rules.knowledge import DAY, pack

RULES = pack()
LICENCE = Held("professional-licence", date(2020, 1, 1))


def acls(until: date) -> Held:
    return Held("acls", until - timedelta(days=730), until)


def names(held: list[Held], act: str = "start-session", setting: Setting | None = None) -> list[str]:
    return [words_of(each.says) for each in check(act, "monitor", held, RULES, DAY, setting).findings]


def test_everything_held_passes():
    assert names([LICENCE, acls(DAY + timedelta(days=61))]) == []


def test_a_missing_credential_blocks_and_nobody_overrides():
    verdict = check("start-session", "monitor", [LICENCE], RULES, DAY)
    assert verdict.established == Effect.BLOCK
    assert verdict.findings[0].override == Override.NOBODY
    assert "is not recorded" in words_of(verdict.findings[0].says)


def test_an_expired_one_says_when():
    assert names([LICENCE, acls(DAY)])[0].endswith("expires on 2 Mar 2026.")
    assert "expired on 1 Mar 2026" in names([LICENCE, acls(DAY - timedelta(days=1))])[0]


def test_one_about_to_expire_only_informs():
    verdict = check("start-session", "monitor", [LICENCE, acls(DAY + timedelta(days=60))], RULES, DAY)
    assert verdict.established == Effect.INFO
    assert verdict.allowed


def test_another_credential_may_serve():
    assert names([LICENCE, Held("als", date(2025, 1, 1))]) == []


def test_other_acts_roles_and_settings_ask_nothing():
    assert names([], act="write-note") == []
    assert check("start-session", "coordinator", [], RULES, DAY).findings == ()
    assert names([], setting=Setting(setting="at-home")) == []


def test_every_credential_has_a_title_or_words():
    known = titles(RULES.requirements.values())
    assert known["acls"] == "Advanced life support (ACLS)"
    assert known["als"] == "ALS"
    assert in_words("first-aid") == "First aid"
    assert not any(code == title for code, title in known.items())
