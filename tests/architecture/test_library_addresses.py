"""A framework's own pages are doors too: every address of an included package is allowed here by name."""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RegexPattern

pytestmark = pytest.mark.pure

ALLOWED = {
    "account_logout": "ends a sign-in",
    "account_reauthenticate": "asks the password again before a second step is changed",
    "mfa_index": "one's own second step",
    "mfa_authenticate": "asks for the second step at sign-in",
    "mfa_reauthenticate": "asks for it again before it is changed",
    "mfa_activate_totp": "sets it up",
    "mfa_deactivate_totp": "switches it off",
    "mfa_list_webauthn": "one's own passkeys",
    "mfa_add_webauthn": "adds one",
    "mfa_remove_webauthn": "removes one whose device is lost",
    "mfa_reauthenticate_webauthn": "asks for one again before a second step is changed",
    "mfa_view_recovery_codes": "shows the codes for a lost phone",
    "mfa_generate_recovery_codes": "makes them",
    "mfa_download_recovery_codes": "saves them",
}
"""Pages of other packages that somebody may reach, and what for. All others are ours or do not exist."""
CLOSED_FOR_EVER = {
    "account_email": "another e-mail address would sign in without having proved itself",
    "account_set_password": "a password is set behind a link that a colleague sent",
    "account_reset_password_from_key": "a password by e-mail would give every patient a sign-in",
    "account_confirm_email": "nobody adds addresses",
    "mfa_signup_webauthn": "nobody signs up here",
    "account_request_login_code": "a code by e-mail would be a password by e-mail",
}


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def module_of(pattern: URLPattern) -> str:
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return str(view.__module__)


def foreign(found: list[URLPattern | URLResolver]) -> dict[str, str]:
    """Name and module of every address whose view is not ours."""
    return {
        pattern.name or str(pattern.pattern): module_of(pattern)
        for pattern in patterns(found)
        if not module_of(pattern).startswith("mooring.")
    }


def test_a_planted_page_of_a_package_is_found() -> None:
    reset = import_module("allauth.account.views")
    planted = [path("x/", reset.password_reset, name="planted")]
    assert foreign([*get_resolver().url_patterns, *planted]).keys() - ALLOWED.keys() == {"planted"}


def test_every_page_of_a_package_is_allowed_by_name() -> None:
    assert foreign(get_resolver().url_patterns).keys() == ALLOWED.keys()


@pytest.mark.parametrize("name", CLOSED_FOR_EVER)
def test_what_would_be_a_side_door_does_not_exist(name: str) -> None:
    assert name not in get_resolver().reverse_dict


def test_no_package_brings_addresses_that_nobody_looked_at() -> None:
    """Every installed package with addresses of its own is one of those whose addresses were gone through."""
    gone_through = {
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
        "django.contrib.auth",
        "django.contrib.staticfiles",
    }

    def has_addresses(app: str) -> ModuleType | None:
        try:
            return import_module(f"{app}.urls")
        except ModuleNotFoundError:
            return None

    others = [app for app in settings.INSTALLED_APPS if not app.startswith("mooring.")]
    assert {app for app in others if has_addresses(app)} <= gone_through
    assert RegexPattern not in {type(pattern.pattern) for pattern in patterns(get_resolver().url_patterns)}
