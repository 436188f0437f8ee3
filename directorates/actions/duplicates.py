"""A message for the second of two people who make the same thing at once."""

from contextlib import contextmanager

from django.db import IntegrityError, transaction

from directorates.actions.refusals import PublishingError
from directorates.rules.database_errors import is_unique_violation


class AlreadyThereError(PublishingError):
    """Someone else made the same meanwhile; nothing was changed. The message is for the editor."""


@contextmanager
def refusing_duplicates(record):
    """Raise AlreadyThereError if the database refuses a row for a value that must be unique."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not is_unique_violation(error):
            raise
        noun = record._meta.verbose_name
        raise AlreadyThereError(
            f"The {noun} “{record}” exists already: someone else has just saved one of this name."
            " Look at that one first, or choose another name.",
            field="slug" if hasattr(record, "slug") else "",
        ) from error
