"""What this site answers where allauth asks: who may sign up, whose attempt failed, what a key is called."""

import logging
import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError

from directorates import metrics
from directorates.views.flood_limit import visitor_address

logger = logging.getLogger("directorates.signin")


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        """Nobody signs up: administrators make the accounts."""
        return False

    def get_client_ip(self, request):
        return visitor_address(request) or "unknown"

    def pre_authenticate(self, request, **credentials):
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            metrics.count("agency_site_sign_in_failures_total")
            logger.warning("Sign-in refused after too many: %r", credentials.get("username"))
            raise

    def authentication_failed(self, request, **credentials):
        metrics.count("agency_site_sign_in_failures_total")
        logger.warning("Sign-in failed: %r", credentials.get("username"))

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who signed in a moment ago need not prove it again to add a passkey."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def get_reauthentication_methods(self, user):
        """The passkey first, since it cannot be phished."""
        methods = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: "webauthn" not in method["id"])


class StaffAuthenticatorAdapter(DefaultMFAAdapter):
    def generate_authenticator_name(self, user, type):
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"
