"""The errors of actions that change nothing: one base class, so that one place can show them all."""

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, RestrictedError


class Refusal(Exception):
    """The action changed nothing. The message is for the person who asked for it, one fault a line.

    `field` names the wrong field, where there is one.
    """

    def __init__(self, message="", *, field=""):
        super().__init__(message)
        self.field = field


class DeletedMeanwhileError(Refusal):
    """Someone else deleted the record since it was read."""

    @classmethod
    def of(cls, record):
        return cls(f"“{record}” was deleted by someone else meanwhile. Nothing was saved.")


class PublishingError(Refusal):
    """A publication that cannot be made."""


class BrokenRuleError(PublishingError):
    """The organization would break rules of its structure, or texts would name what is not there.

    `violations` are the broken rules.
    """

    def __init__(self, violations):
        self.violations = violations
        super().__init__("\n".join(str(violation) for violation in violations))


class NotAllowedError(PublishingError):
    """The person may not do this: the account lacks the permission, or is closed."""


class NotAssignedError(NotAllowedError):
    """The record belongs to a unit that is not assigned to this person."""


def require(answer):
    """Raise NotAllowedError, or NotAssignedError, if an answer of `permissions` is no."""
    if not answer:
        raise (NotAssignedError if answer.is_scope else NotAllowedError)(answer.refusal)


#: All errors that an action may raise for a reason that the person can read and correct.
REFUSALS = (Refusal, ValidationError, ProtectedError, RestrictedError)

#: How many of the records that prevent a deletion the message names.
_MOST_NAMED = 5


def lines_of(error):
    """Return the sentences that explain one of REFUSALS."""
    if isinstance(error, ValidationError):
        return error.messages
    if isinstance(error, Refusal):
        return str(error).splitlines() or ["This cannot be done. Nothing was changed."]
    return [f"This cannot be deleted, because other records name it: {_named(error)}."]


def _named(error):
    is_protected = isinstance(error, ProtectedError)
    rows = list(error.protected_objects if is_protected else error.restricted_objects)
    names = [f"{row._meta.verbose_name} “{row}”" for row in rows[:_MOST_NAMED]]
    more = len(rows) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")
