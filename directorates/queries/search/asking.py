"""Reads what a visitor typed as words of the index."""

from dataclasses import dataclass, replace
from itertools import pairwise

from directorates.rules.content import lines
from directorates.rules.search import words

MOST_CHARACTERS = 200
#: The most words of a query that count. The rest of a longer query is left out.
MOST_WORDS = 6


class UnusableQueryError(ValueError):
    """The query cannot be searched for. The message says why, and what to type."""


@dataclass(frozen=True)
class AskedWord:
    """A word of a query, and the words of the index that it stands for.

    `joined` are those that it makes with its neighbors: “cyber crime” is “cybercrime”.
    """

    typed: str
    forms: tuple[str, ...]
    joined: tuple[str, ...] = ()

    @property
    def is_light(self):
        return not (words.LIGHT_WORDS | words.STOP_WORDS).isdisjoint(self.forms)


@dataclass(frozen=True)
class Query:
    """A query's clean text, its words, and the words of the index for the whole of it as a name."""

    text: str
    asked: tuple[AskedWord, ...]
    whole: tuple[str, ...]

    @property
    def has_stop_words_only(self):
        return all(not words.STOP_WORDS.isdisjoint(word.forms) for word in self.asked)

    @property
    def is_light(self):
        """Whether all words are words for any unit, such as “office”."""
        return all(word.is_light for word in self.asked)


def read(typed: str) -> Query | None:
    """Return the query in what a visitor typed, or None if nothing was typed. Raises UnusableQueryError."""
    if len(typed) > MOST_CHARACTERS:
        raise UnusableQueryError(
            f"That is {len(typed):,} characters long. Type at most {MOST_CHARACTERS}: a few words are enough."
        )
    text = lines.clean_line(typed.replace("\0", " "))
    if not text:
        return None
    asked = _asked_words(text)
    if not asked:
        raise UnusableQueryError("There is no word in that. Type a word, an acronym or a name.")
    if len(text) == 1 and words.fold(text).isascii():
        raise UnusableQueryError(
            "One letter or digit is in too many names. Type a whole word or an acronym."
        )
    telling = [word for word in asked if not word.is_light]
    used = (telling or asked)[:MOST_WORDS]
    return Query(text, tuple(used), words.whole_names(text))


def _asked_words(text):
    """Return the words of a text, each once."""
    tokens = {}
    for token in words.read(text):
        first = tokens.get(token.words[0])
        # “M&A” is one word in two parts.
        tokens[token.words[0]] = replace(first, end=token.end) if first else token
    typed = [text[token.begin : token.end] for token in tokens.values()]
    joined = [words.stem(words.fold(one) + words.fold(next_)) for one, next_ in pairwise(typed)]
    return [
        AskedWord(one, token.words, tuple(joined[max(0, place - 1) : place + 1]))
        for place, (one, token) in enumerate(zip(typed, tokens.values(), strict=True))
    ]
