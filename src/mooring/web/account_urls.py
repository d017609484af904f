"""The addresses of accounts: each is ours, or a page of the library that is named here.

The library would add more (a password by e-mail for anybody, signing up, other e-mail addresses); what is not
named does not exist. A test lists every address of every included package.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from mooring.web import idle, learners_door, second_steps, sign_in

urlpatterns = [
    path("login/", sign_in.SignIn.as_view(), name="account_login"),
    path("demonstration/", sign_in.demonstration_sign_in, name="demonstration-sign-in"),
    path("register/", learners_door.register, name="register"),
    path("register/sent/", learners_door.register_sent, name="register-sent"),
    path("oidc/<slug:provider_id>/login/", learners_door.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", learners_door.back, name="openid_connect_callback"),
    path("oidc/stopped/", learners_door.not_signed_in, name="socialaccount_login_cancelled"),
    path("locked/", idle.locked, name="locked"),
    path("lock/", idle.lock, name="lock"),
    path("here/", idle.here, name="here"),
    path("pin/", idle.pin, name="pin"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", sign_in.closed, name="account_inactive"),
    path("signup/", sign_in.closed, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.ChangePassword.as_view(), name="account_change_password"),
    path("password/lost/", sign_in.password_lost, name="account_reset_password"),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path(
        "2fa/passkeys/reauthenticate/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"
    ),
    path("passkey/challenge/", second_steps.passkey_challenge, name="passkey-challenge"),
    path(
        "2fa/recovery-codes/generate/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
