"""A passkey of Chromium's own virtual authenticator: added, used as the second step, and used to sign."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from mooring.identity.models import SitePolicy
from mooring.work.models import Installation
from tests.people import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def virtual_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_signs_in_and_signs(cast: Cast, open_as: Any) -> None:
    Installation.objects.create(signing_key=b"k" * 32)
    page = open_as(None, "/accounts/login/")
    virtual_authenticator(page)
    sign_in(page, cast.director.email)
    page.goto("/accounts/2fa/passkeys/add/")
    page.get_by_label("Password").fill(PASSWORD)  # a change of the second step asks for it again
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Add a passkey")
    assert Authenticator.objects.filter(user=cast.director, type="webauthn").exists()

    page.context.clear_cookies()
    sign_in(page, cast.director.email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("h1 time")).to_be_visible()  # my work is headed by its day

    page.goto(f"/people/sites/{cast.site.pk}/policy/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Policy 2, in force")).to_be_visible()
    assert SitePolicy.objects.filter(site=cast.site, number=2, signed_by=cast.director).exists()
