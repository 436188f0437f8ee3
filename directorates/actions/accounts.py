"""What administrators do to staff accounts beyond editing them."""

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone


@transaction.atomic
def require_enrollment(*, user):
    """Take all passkeys and codes from an account and end its sessions; return how many of each.

    The person signs in with the password and adds a passkey, as with a new account.
    """
    authenticators, _ = Authenticator.objects.filter(user=user).delete()
    return authenticators, end_sessions(user=user)


def end_sessions(*, user):
    """End every session of an account; return how many there were."""
    # A session does not say whose it is but inside; few are open at a time.
    keys = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
