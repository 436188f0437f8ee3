"""Addresses for the sign-in of staff. allauth's pages for sign-up, e-mail and lost passwords are left out.

The names are allauth's own, because its code asks for them.
"""

from allauth.account import views as account
from allauth.mfa.totp import views as totp
from django.conf import settings
from django.urls import include, path
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.generic import TemplateView

from directorates.accounts import account_page, invitation, passkeys

# The QR code is a data: image. No other page may show one.
_qr_code_policy = csp_override(settings.SECURE_CSP | {"img-src": [CSP.SELF, "data:"]})

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path(
        "too-late/",
        TemplateView.as_view(template_name="account/enrollment_over.html"),
        name="account_enrollment_over",
    ),
    path("invitation/<str:token>/", invitation.invitation, name="account_invitation"),
    path("mail/", account_page.choose_mail, name="account_choose_mail"),
    path("sessions/end/", account_page.end_other_sessions, name="account_end_other_sessions"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", account_page.account_page, name="mfa_index"),
    path("2fa/webauthn/login/", passkeys.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("2fa/webauthn/add/", passkeys.add_passkey, name="mfa_add_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove_passkey, name="mfa_remove_webauthn"),
    path("2fa/totp/activate/", _qr_code_policy(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
]
