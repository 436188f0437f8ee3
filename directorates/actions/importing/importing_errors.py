"""The errors of an agency's file, gathered for one list."""

from django.core.exceptions import ValidationError
from django.db import models

from directorates.exchange.agency_file import AgencyFileError, FileEntry, without_lines_of


class LoadErrors:
    """The errors of a file so far, each with its place. `problems` are the errors of its shape."""

    def __init__(self, file_name, problems=()):
        self.file_name = file_name
        self._shape = list(problems)
        self.problems = list(problems)

    def add(self, problem):
        """Add a problem, unless its line has an error of shape, which must be corrected first."""
        self.problems += without_lines_of(self._shape, [problem])

    def raise_any(self):
        if self.problems:
            raise AgencyFileError(self.file_name, self.problems)

    def clean(self, instance, entry: FileEntry, exclude=()):
        """Clean a row's columns and add each error; return whether there was none."""
        exclude = {*exclude, *entry.faulty}
        return self._note(instance, entry, lambda: instance.clean_fields(exclude=exclude))

    def check_constraints(self, instance, entry: FileEntry):
        """Add an error for each database check that a row would break; return whether there was none.

        One query for each check.
        """
        checks = [c for c in instance._meta.constraints if isinstance(c, models.CheckConstraint)]
        model = type(instance)
        broken = [
            check
            for check in checks
            if not self._note(instance, entry, lambda c=check: c.validate(model, instance))
        ]
        return not broken

    def _note(self, instance, entry, validate):
        try:
            validate()
        except ValidationError as error:
            by_name = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
            for name, errors in by_name.items():
                self.add(entry.problem(name, " ".join(_sentences(instance, name, errors))))
            return False
        return True


def _sentences(instance, name, errors):
    """Yield the errors of a value. If it is none of the choices, the sentence lists the choices."""
    for error in errors:
        if error.code == "invalid_choice":
            field = instance._meta.get_field(name)
            choices = ", ".join(str(choice) for choice, _ in field.flatchoices)
            yield f"“{error.params['value']}” is none of the choices: {choices}."
        else:
            yield from error.messages
