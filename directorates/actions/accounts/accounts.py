"""Changes of staff accounts and groups. Every action here checks `account_limits`."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import ProtectedError

from directorates.actions import locks
from directorates.actions.accounts import account_limits
from directorates.actions.accounts.account_limits import AccountError
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change, changes_between, state_of
from directorates.actions.duplicates import refusing_duplicates
from directorates.models import Enrollment, StaffSession, UnitAssignment
from directorates.models.records.governed import GOVERNED
from directorates.rules import audit_actions, encryption
from directorates.rules.content import lines
from directorates.rules.content.alphabet import sort_key

#: The password, which no one may read, and columns that no one types.
_LEFT_OUT = ("password", "last_login", "date_joined")


@locks.atomic
def save(*, account, relations, by, at):
    """Save a user or a group and its relations ({name: records}). Raises AccountError, AlreadyThereError."""
    model = type(account)
    verb = "add" if account.pk is None else "change"
    account_limits.require_permission(by, f"auth.{verb}_{model._meta.model_name}")
    with account_limits.within_rights(by, account, at=at), account_limits.managed(at=at):
        before = None
        if account.pk is not None:
            current = locks.row(model._base_manager.filter(pk=account.pk))
            before = state_of(current, leave_out=_LEFT_OUT)
        _clean_names(account)
        with refusing_duplicates(account):
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


def _clean_names(account):
    """Clean each line of text of a user or a group. Raises AccountError if a required line is then empty."""
    for field in account._meta.concrete_fields:
        if not isinstance(field, models.CharField) or field.name == "password":
            continue
        cleaned = lines.clean_line(getattr(account, field.attname))
        if not cleaned and not field.blank:
            raise AccountError(f"Nothing was saved: write the {field.verbose_name}.")
        setattr(account, field.attname, cleaned)


def _action(before, after):
    if before is None:
        return audit_actions.CREATE
    if before.get("is_active") != after.get("is_active"):
        return audit_actions.ACTIVATE if after["is_active"] else audit_actions.DEACTIVATE
    return audit_actions.CHANGE


@locks.atomic
def assign_units(*, user, units, by, at):
    """Let a person work on these units and all units below them only. Raises AccountError."""
    before = {row.unit for row in user.unit_assignments.select_related("unit")}
    if before == set(units):
        return
    account_limits.require_permission(by, "directorates.change_unitassignment")
    with account_limits.within_rights(by, user, at=at):
        user.unit_assignments.exclude(unit__in=units).delete()
        UnitAssignment.objects.bulk_create(
            [UnitAssignment(user=user, unit=unit) for unit in units if unit not in before],
            # Someone else may have assigned the same unit meanwhile.
            ignore_conflicts=True,
        )
    names = [sorted(map(str, side), key=sort_key) for side in (before, units)]
    auditing.note(
        action=audit_actions.ASSIGN,
        record=user,
        by=by,
        at=at,
        changes=[change("unit_assignments", "Works on", *names, kind="names")],
    )


@locks.atomic
def delete(*, account, by, at):
    """Delete a group, or a user whom the audit trail does not name. Raises AccountError."""
    account_limits.require_permission(by, f"auth.delete_{account._meta.model_name}")
    if account == by:
        raise AccountError("Nothing was deleted: no one can delete their own account.")
    _leave_records(account)
    with account_limits.within_rights(by, account, at=at), account_limits.managed(at=at):
        auditing.note_deletion(account, by=by, at=at, leave_out=_LEFT_OUT)
        try:
            account.delete()
        except ProtectedError as error:
            raise AccountError(
                f"Nothing was deleted: the audit trail names {account}. Make the account inactive"
                " instead."
            ) from error


def _leave_records(account):
    """Leave the records that a group or a user looks after without an owner. Records are locked before accounts."""
    field = "upkeep_role" if isinstance(account, Group) else "upkeep_owner"
    for governed in GOVERNED:
        records = governed.model._base_manager
        if owned := locks.rows(records.filter(**{field: account})):
            records.filter(pk__in=[record.pk for record in owned]).update(**{field: None})


@locks.atomic
def set_password(*, user, by, at):
    """Save the user object's password, set or made unusable. Raises AccountError.

    Everybody may set their own password.
    """
    if by != user:
        account_limits.require_permission(by, "auth.change_user")
    with account_limits.within_rights(by, user, at=at), account_limits.managed(at=at):
        # Saves no other column: somebody may have closed the account since the object was read.
        user.save(update_fields=["password"])
    comment = "" if user.has_usable_password() else "Signing in with a password was switched off."
    auditing.note(action=audit_actions.SET_PASSWORD, record=user, by=by, at=at, comment=comment)
    return user


@locks.atomic
def require_enrollment(*, user, by, at, force=False):
    """Delete all passkeys and codes of an account and end its sessions; return how many of each.

    The person then signs in with the password and adds a passkey in time, as with a new account.
    Raises AccountError. `force` allows this for the last account that manages accounts too.
    """
    account_limits.require_permission(by, "auth.change_user")
    with account_limits.within_rights(by, user, at=at):
        if not force:
            account_limits.require_other_manager(user, at=at)
        locks.rows(type(user).objects.filter(pk=user.pk))
        Enrollment.objects.bulk_create(
            [Enrollment(user=user, opened_at=at, opened_by=by, link_number="")],
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["opened_at", "opened_by", "link_number"],
        )
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
    """Record that a person signed in. Failures are only in the log, because anybody can cause them."""
    auditing.note(action=audit_actions.SIGN_IN, record=user, by=user, at=at)


def note_change_of_sign_in(*, user, at, comment):
    """Record that a person added or removed their own passkey or codes."""
    auditing.note(action=audit_actions.CHANGE_SIGN_IN, record=user, by=user, at=at, comment=comment)


def end_sessions(*, user, but_for=None):
    """End the sessions of an account except the session with this key; return how many ended."""
    ended, _ = StaffSession.objects.filter(user=user).exclude(session_key=but_for).delete()
    return ended


@locks.atomic
def reencrypt_secrets():
    """Encrypt all secrets of authenticators with the first key; return how many. Raises UnreadableError."""
    count = 0
    for authenticator in locks.rows(Authenticator.objects.all()):
        data = authenticator.data
        for name in encryption.SECRETS & data.keys():
            data[name] = encryption.reencrypt(data[name])
            count += 1
        authenticator.save(update_fields=["data"])
    return count
