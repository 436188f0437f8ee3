"""Limits on changes of accounts: no one gives or touches rights that they lack, or locks everybody out.

The actions of `accounts` check these limits inside their transactions.
"""

from contextlib import contextmanager

from django.contrib.auth.models import Group, User

from directorates.actions import locks
from directorates.actions.refusals import Refusal
from directorates.queries.staff import account_rights
from directorates.rules.content import text

#: How many of the missing rights a refusal names.
_NAMED = 3


class AccountError(Refusal):
    """An account or a group cannot be changed this way; the message says why and what to do."""


class MissingRightsError(AccountError):
    """The change needs rights that the person does not have."""


class LastManagerError(AccountError):
    """The change would leave no account that can manage accounts."""


def require_permission(by, name):
    """Refuse a person who lacks a permission. The command line acts as None and has all permissions."""
    if by is not None and not User.objects.get(pk=by.pk).has_perm(name):
        raise MissingRightsError("Nothing was saved: your account may not do this.")


def is_within_rights(person, account, *, at):
    """Whether an account or a group has no rights that the person lacks."""
    return not _find_excess(account_rights.of_person(person, at=at), account)


@contextmanager
def within_rights(by, account, *, at):
    """Refuse a change of an account or group that has, or gets, rights that the person lacks.

    The person's own rights are read before the change.
    """
    if by is None:
        yield
        return
    own = account_rights.of_person(by, at=at)
    _require(own, account)
    yield
    _require(own, account)


def _require(own, account):
    if account.pk is None:
        return
    if excess := _find_excess(own, account):
        more = f" and {len(excess) - _NAMED} more" if len(excess) > _NAMED else ""
        raise MissingRightsError(
            "Nothing was saved: this needs rights that your account does not have:"
            f" {text.quoted(excess[:_NAMED])}{more}. Ask a person who has them."
        )


def _find_excess(own, account):
    is_group = isinstance(account, Group)
    read = account_rights.of_group if is_group else account_rights.of_account
    return account_rights.find_excess(own, read(account))


@contextmanager
def managed(*, at):
    """Refuse a change that leaves no account able to manage accounts."""
    had_one = bool(_lock_managers(at))
    yield
    if had_one and not account_rights.account_managers(at=at).exists():
        _refuse_the_last()


def require_other_manager(user, *, at):
    """Refuse if no account but this one can manage accounts."""
    if _lock_managers(at) == [user.pk]:
        _refuse_the_last()


def _lock_managers(at):
    """Lock the accounts that manage accounts; return their ids. Two managers cannot close each other's at once."""
    return [manager.pk for manager in locks.rows(account_rights.account_managers(at=at))]


def _refuse_the_last():
    raise LastManagerError(
        "Nothing was saved: no other account could then sign in and manage accounts. Let another"
        " person manage accounts first."
    )
