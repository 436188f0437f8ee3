"""The site's answers to allauth: who may sign up, what happens after a failure, what a passkey is called."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone

from directorates.accounts.sign_in_log import log_failure, log_refusal
from directorates.accounts.visitor_address import visitor_address
from directorates.actions.accounts import accounts
from directorates.queries.staff import sign_in
from directorates.rules import encryption
from directorates.signals import sign_in_failed

#: {allauth's notification: comment in the audit trail} for changes of a person's own sign-in.
CHANGES_OF_SIGN_IN = {
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "mfa/email/totp_activated": "One-time codes were switched on.",
    "mfa/email/totp_deactivated": "One-time codes were switched off.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made.",
}


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Return False: administrators make the accounts."""
        return False

    def get_client_ip(self, request):
        return visitor_address(request) or "unknown"

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            sign_in_failed.send(type(self))
            log_refusal(request, "Sign-in refused after too many", credentials.get("username"))
            raise

    def login(self, request, user):
        super().login(request, user)
        accounts.note_sign_in(user=user, at=timezone.now())

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Write an entry in the audit trail in place of an e-mail."""
        comment = CHANGES_OF_SIGN_IN.get(template_prefix, template_prefix)
        accounts.note_change_of_sign_in(user=user, at=timezone.now(), comment=comment)

    def authentication_failed(self, request, **credentials):
        sign_in_failed.send(type(self))
        log_failure(request, "Sign-in failed", credentials.get("username"))

    def pre_login(self, request, user, **kwargs):
        """Accept a password alone only while a first passkey may be added."""
        response = super().pre_login(request, user, **kwargs)
        if response is None and sign_in.is_enrollment_over(user, at=timezone.now()):
            log_failure(
                request, "Sign-in refused: too late for a first passkey", user.get_username()
            )
            clear_login(request)
            return redirect("account_enrollment_over")
        return response

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whether a person must sign in again to add a passkey; not after a recent sign-in."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """Return the methods, the passkey first, because it cannot be phished."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: "webauthn" not in method["id"])


class StaffAuthenticatorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "These codes are all that your account signs in with, beside its password. Add a passkey first."
        )
    }

    def can_delete_authenticator(self, authenticator):
        """Whether codes may be removed: a passkey is left, or the codes alone give no access."""
        if settings.LOCAL or not settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY:
            return True
        passkeys = Authenticator.objects.filter(user=authenticator.user, type=sign_in.PASSKEY)
        return passkeys.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def encrypt(self, text):
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text):
        return encryption.decrypt(encrypted_text)
