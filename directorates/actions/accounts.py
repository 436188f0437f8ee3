"""What administrators do to staff accounts beyond editing them."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from directorates import encryption
from directorates.models import Enrollment


@transaction.atomic
def require_enrollment(*, user, by, at):
    """Take all passkeys and codes from an account and end its sessions; return how many of each.

    The person signs in with the password and adds a passkey, as with a new account, while there is time.
    """
    Enrollment.objects.update_or_create(user=user, defaults={"opened_at": at, "opened_by": by})
    authenticators, _ = Authenticator.objects.filter(user=user).delete()
    return authenticators, end_sessions(user=user)


def end_sessions(*, user, but_for=None):
    """End the sessions of an account, but for the one with this key; return how many there were."""
    # A session does not say whose it is but inside; few are open at a time.
    keys = [
        session.session_key
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
        if session.session_key != but_for
    ]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


@transaction.atomic
def encrypt_secrets_anew():
    """Encrypt all secrets of authenticators with the first key; return how many. Raises UnreadableError."""
    count = 0
    for authenticator in Authenticator.objects.select_for_update():
        data = authenticator.data
        for name in encryption.SECRETS & data.keys():
            data[name] = encryption.encrypt_anew(data[name])
            count += 1
        authenticator.save(update_fields=["data"])
    return count
