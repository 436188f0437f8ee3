"""What is wrong with an agency's file, gathered so that all of it can be told at once."""

from django.core.exceptions import ValidationError
from django.db import models

from directorates.formats.agency_file import AgencyFileError, Entry


class Faults:
    """What is wrong with a file so far, each with its place."""

    def __init__(self, file_name):
        self.file_name = file_name
        self.problems = []

    def add(self, problem):
        self.problems.append(problem)

    def raise_any(self):
        if self.problems:
            raise AgencyFileError(self.file_name, self.problems)

    def clean(self, instance, entry: Entry, exclude=()):
        """Clean a row's columns; note what fails, and say whether nothing did."""
        return self._note(entry, lambda: instance.clean_fields(exclude=exclude))

    def check_constraints(self, instance, entry: Entry):
        """Note which of the database's checks a row would break: a query for each of them."""
        for constraint in instance._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                self._note(entry, lambda c=constraint: c.validate(type(instance), instance))

    def _note(self, entry, validate):
        try:
            validate()
        except ValidationError as error:
            messages = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            for name, sentences in messages.items():
                self.add(entry.problem(name, " ".join(sentences)))
            return False
        return True
