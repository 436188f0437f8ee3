"""The words by which an A to Z leads to a recorded phrase. Pure."""

import re

from directorates.rules.content import lines
from directorates.rules.content.alphabet import sort_key

#: A phrase may hold its abbreviation: “Freedom of Information Act (FOIA)”.
_ABBREVIATION = re.compile(r"\(([^\W\d_a-zßà-ÿ][^\W_a-zßà-ÿ]*(?:[&./-][^\W_a-zßà-ÿ]+)*\.?)\)")
#: A synonym that shares so many first letters with its phrase is beside it in the A to Z, or nearly.
_ALIKE = 4


def find_other_words(phrase, synonyms):
    """Return the words besides the phrase that lead to it: synonyms, and abbreviations in brackets.

    A synonym that begins like the phrase, as “terror” does for “Terrorism”, has no line of its own.
    """
    own = _plain(phrase)
    found = {lines.fold(phrase): ""}
    for word in [*_ABBREVIATION.findall(phrase), *synonyms]:
        begins = _plain(word)[:_ALIKE]
        if len(word) > 1 and begins and not own.startswith(begins):
            found.setdefault(lines.fold(word), word)
    return [word for word in found.values() if word]


def _plain(word):
    return sort_key(word).partition(b"\0")[0]
