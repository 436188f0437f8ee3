"""Adding colleagues: one action makes the account, its role, its units and the link for the first passkey."""

import re
import secrets

from django.contrib.auth.models import User

from directorates.actions import locks, mail_occasions
from directorates.actions.accounts import account_limits, accounts
from directorates.actions.accounts.account_limits import AccountError
from directorates.actions.auditing import auditing
from directorates.models import Enrollment
from directorates.queries.staff import sign_in
from directorates.rules import audit_actions
from directorates.rules.content import lines

_MOST_IN_A_NAME = 150


@locks.atomic
def invite(*, name, email, role, units, by, at):
    """Make the account of a colleague and an invitation. Returns the account. Raises AccountError.

    `role` is a group or None. The account has no password: the link of the invitation is the only way in, until
    it has led to a passkey.
    """
    first, last = split_name(name)
    email = lines.clean_line(email)
    if not (first and email):
        raise AccountError("Nothing was saved: write the name and the e-mail address.")
    if taken := User.objects.filter(email__iexact=email).first():
        raise AccountError(f"Nothing was saved: {taken} has this e-mail address already.")
    user = User(
        username=free_username(email),
        first_name=first,
        last_name=last,
        email=email,
        is_staff=True,
        date_joined=at,
    )
    user.set_unusable_password()
    accounts.save(account=user, relations={"groups": [role] if role else []}, by=by, at=at)
    if units:
        accounts.assign_units(user=user, units=units, by=by, at=at)
    _open_link(user, by, at)
    return user


@locks.atomic
def renew(*, user, by, at):
    """Make a new link for an account without a passkey; earlier links then open nothing. Raises AccountError."""
    account_limits.require_permission(by, "auth.change_user")
    with account_limits.within_rights(by, user, at=at):
        locks.rows(User.objects.filter(pk=user.pk))
        if not (user.is_active and user.is_staff):
            raise AccountError(f"Nothing was saved: the account of {user} is closed.")
        if sign_in.has_passkey(user):
            raise AccountError(
                f"Nothing was saved: {user} has a passkey already. If it is lost, require a new enrollment."
            )
        _open_link(user, by, at)
    return user


def _open_link(user, by, at):
    Enrollment.objects.bulk_create(
        [Enrollment(user=user, opened_at=at, opened_by=by, link_number=secrets.token_hex(16))],
        update_conflicts=True,
        unique_fields=["user"],
        update_fields=["opened_at", "opened_by", "link_number"],
    )
    auditing.note(action=audit_actions.INVITE, record=user, by=by, at=at)
    if user.email:
        mail_occasions.note(kind="invitation", person=user, by=by, at=at)


def split_name(name):
    """Return a name as Django keeps it, in two parts that together give the name again."""
    words = lines.clean_line(name)[:_MOST_IN_A_NAME].split()
    if len(words) < 2:
        return " ".join(words), ""
    return " ".join(words[:-1]), words[-1]


def free_username(email):
    """Return a name to sign in with: the part of the address before the @, with a number if it is taken."""
    wanted = re.sub(r"[^\w.+-]", "", email.partition("@")[0].lower())[: _MOST_IN_A_NAME - 10]
    wanted = wanted or "colleague"
    taken = set(
        User.objects.filter(username__istartswith=wanted).values_list("username", flat=True)
    )
    taken = {name.lower() for name in taken}
    number = 1
    name = wanted
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    return name
