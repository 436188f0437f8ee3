"""What the actions raise where they do nothing: one kind, so that one place can tell all of them."""

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, RestrictedError


class Refusal(Exception):
    """An action that was not done; nothing was changed. The message is for the person who asked for it.

    `field` names the wrong field, where there is one. Each line of the message is one fault.
    """

    def __init__(self, message="", *, field=""):
        super().__init__(message)
        self.field = field


class DeletedMeanwhileError(Refusal):
    """Someone else deleted the record since it was read."""

    @classmethod
    def of(cls, record):
        return cls(f"“{record}” was deleted by someone else meanwhile. Nothing was saved.")


#: All that an action may raise for a reason that the person can read and mend.
REFUSALS = (Refusal, ValidationError, ProtectedError, RestrictedError)

#: So many of the records that stop a deletion are named.
_MOST_NAMED = 5


def lines_of(error):
    """Return the sentences that tell a refusal: one of REFUSALS."""
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
