"""The look-up `in_either_case`: whether a text contains some words, in capital or small letters, with accents or not.

`icontains` becomes SQLite's LIKE, which ignores the case of ASCII letters only, and neither database ignores accents.
"""

import json
import re

from django.db import models
from django.db.models.lookups import IContains

from directorates.rules.content.spellings import letters_of


def _glob(words):
    """Return a GLOB pattern for the words: a set of letters for each letter; other signs unchanged."""
    return f"*{''.join(map(_set_of, words))}*"


def _set_of(character):
    letters = letters_of(character)
    return f"[{letters}]" if len(letters) > 1 or letters in "*?[" else letters


def _regex(words):
    """Return a regular expression of PostgreSQL for the words."""
    return "".join(
        f"[{letters}]" if len(letters := letters_of(character)) > 1 else re.escape(character)
        for character in words
    )


@models.Field.register_lookup
class InEitherCase(IContains):
    lookup_name = "in_either_case"

    def as_sql(self, compiler, connection):
        if isinstance(self.lhs.output_field, models.JSONField):
            return IContains(self.lhs, self.rhs).as_sql(compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} ~ %s", (*parameters, _regex(str(self.rhs)))

    def as_sqlite(self, compiler, connection):
        words = str(self.rhs)
        if isinstance(self.lhs.output_field, models.JSONField):
            return self._in_json(words, compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} GLOB %s", (*parameters, _glob(words))

    def _in_json(self, words, compiler, connection):
        """Look for the usual spellings of the words: JSON writes a letter as a number, like \\\\u00e9."""
        spellings = {words, words.lower(), words.upper(), words.capitalize(), words.title()}
        found = [
            IContains(self.lhs, json.dumps(each)[1:-1]).as_sql(compiler, connection)
            for each in sorted(spellings)
        ]
        sql = " OR ".join(sql for sql, _ in found)
        return f"({sql})", tuple(value for _, values in found for value in values)
