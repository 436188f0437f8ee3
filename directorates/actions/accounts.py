"""What is done to staff accounts and groups."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from directorates import audit_actions, encryption
from directorates.actions import auditing
from directorates.actions.audit_words import change, changes_between, state_of
from directorates.actions.refusals import DeletedMeanwhileError
from directorates.models import Enrollment, UnitAssignment

#: Columns that no one types, and the one that nobody may read.
_LEFT_OUT = ("password", "last_login", "date_joined")


@transaction.atomic
def save(*, account, relations, by, at):
    """Save a user or a group and its relations ({name: records})."""
    model = type(account)
    before = None
    if account.pk is not None:
        saved = model._base_manager.select_for_update().filter(pk=account.pk).first()
        if saved is None:
            raise DeletedMeanwhileError.of(account)
        before = state_of(saved, leave_out=_LEFT_OUT)
    account.save()
    for name, related in relations.items():
        getattr(account, name).set(related)
    after = state_of(account, leave_out=_LEFT_OUT)
    if changes := changes_between(model, before, after):
        action = _action(before, after)
        auditing.note(action=action, record=account, by=by, at=at, changes=changes)
        if action == audit_actions.DEACTIVATE:
            end_sessions(user=account)
    return account


def _action(before, after):
    if before is None:
        return audit_actions.CREATE
    if before.get("is_active") != after.get("is_active"):
        return audit_actions.ACTIVATE if after["is_active"] else audit_actions.DEACTIVATE
    return audit_actions.CHANGE


@transaction.atomic
def assign_units(*, user, units, by, at):
    """Let a person work on these units and on all below them, and on no others."""
    before = {row.unit for row in user.unit_assignments.select_related("unit")}
    if before == set(units):
        return
    user.unit_assignments.exclude(unit__in=units).delete()
    UnitAssignment.objects.bulk_create(
        UnitAssignment(user=user, unit=unit) for unit in units if unit not in before
    )
    names = [sorted(map(str, side)) for side in (before, units)]
    auditing.note(
        action=audit_actions.ASSIGN,
        record=user,
        by=by,
        at=at,
        changes=[change("unit_assignments", "Works on", *names, kind="names")],
    )


@transaction.atomic
def delete(*, account, by, at):
    """Delete a user who never did anything, or a group. Raises ProtectedError for another user."""
    auditing.note_deletion(account, by=by, at=at, leave_out=_LEFT_OUT)
    account.delete()


@transaction.atomic
def set_password(*, user, by, at):
    """Save a user whose password was set on the object, or made unusable."""
    user.save()
    comment = "" if user.has_usable_password() else "Signing in with a password was switched off."
    auditing.note(action=audit_actions.SET_PASSWORD, record=user, by=by, at=at, comment=comment)
    return user


@transaction.atomic
def require_enrollment(*, user, by, at):
    """Take all passkeys and codes from an account and end its sessions; return how many of each.

    The person signs in with the password and adds a passkey, as with a new account, while there is time.
    """
    Enrollment.objects.update_or_create(user=user, defaults={"opened_at": at, "opened_by": by})
    authenticators, _ = Authenticator.objects.filter(user=user).delete()
    sessions = end_sessions(user=user)
    auditing.note(
        action=audit_actions.REQUIRE_ENROLLMENT,
        record=user,
        by=by,
        at=at,
        comment=f"{authenticators} passkeys and codes removed, {sessions} sessions ended.",
    )
    return authenticators, sessions


def note_sign_in(*, user, at):
    """Note that a person has signed in. Failures are in the log only: anybody can cause them."""
    auditing.note(action=audit_actions.SIGN_IN, record=user, by=user, at=at)


def note_change_of_sign_in(*, user, at, comment):
    """Note that a person added or removed a passkey or codes of their own."""
    auditing.note(action=audit_actions.CHANGE_SIGN_IN, record=user, by=user, at=at, comment=comment)


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
