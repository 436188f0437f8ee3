"""The look-up `in_either_case`: whether a text contains some words, in capital or small letters.

`icontains` becomes SQLite's LIKE, which ignores the case of ASCII letters only.
"""

import json
import sys
from collections import defaultdict
from functools import lru_cache

from django.db import models
from django.db.models.lookups import IContains


@lru_cache(maxsize=1)
def _letters_by_fold():
    """Return {folded letter: its letters} for letters with several forms. Takes 40 ms, once."""
    found = defaultdict(str)
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        if letter.isalpha():
            found[letter.casefold()] += letter
    return {fold: letters for fold, letters in found.items() if len(letters) > 1}


def _pattern(words):
    """Return a GLOB pattern for the words: a set of letters for each letter; other signs unchanged."""
    return f"*{''.join(map(_set_of, words))}*"


def _set_of(character):
    letters = _letters_by_fold().get(character.casefold(), character)
    return f"[{letters}]" if len(letters) > 1 or letters in "*?[" else letters


@models.Field.register_lookup
class InEitherCase(IContains):
    lookup_name = "in_either_case"

    def as_sql(self, compiler, connection):
        return IContains(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_sqlite(self, compiler, connection):
        words = str(self.rhs)
        if words.isascii():
            return self.as_sql(compiler, connection)
        if isinstance(self.lhs.output_field, models.JSONField):
            return self._in_json(words, compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} GLOB %s", (*parameters, _pattern(words))

    def _in_json(self, words, compiler, connection):
        """Look for the usual spellings of the words: JSON writes a letter as a number, like \\\\u00e9."""
        spellings = {words, words.lower(), words.upper(), words.capitalize(), words.title()}
        found = [
            IContains(self.lhs, json.dumps(each)[1:-1]).as_sql(compiler, connection)
            for each in sorted(spellings)
        ]
        sql = " OR ".join(sql for sql, _ in found)
        return f"({sql})", tuple(value for _, values in found for value in values)
