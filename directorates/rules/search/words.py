"""Splits texts and queries into the words of the search index. Pure.

Two words are the same if they differ in case, accents, signs or a plural ending only. The index and the queries
use these functions, so both databases find the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from directorates.rules.content import alphabet

#: The longest word in the index. The rest of a longer word is cut off, in texts and in queries.
LONGEST_WORD = 60
#: The most parts of a text without spaces that also count as one word, like “M&A” and “e-mail”.
MOST_PARTS = 4
#: Begins the word that stands for a whole name. No other word begins with this sign.
WHOLE = "="

#: In nearly every English text. Only acronyms of these letters are in the index.
_STOP_WORDS = [
    "a", "an", "and", "are", "as", "at", "be", "been", "by", "for", "from", "has", "have", "in", "into",
    "is", "it", "its", "of", "on", "or", "our", "that", "the", "their", "they", "this", "to", "was", "were",
    "will", "with",
]  # fmt: skip
#: Words of questions and words for any unit. A query leaves them out if it has other words.
_LIGHT_WORDS = [
    "am", "apply", "ask", "can", "charge", "contact", "could", "deal", "did", "do", "does", "find", "get",
    "give", "handle", "help", "how", "i", "me", "my", "need", "please", "reach", "responsible", "should",
    "talk", "we", "what", "when", "where", "which", "who", "whom", "whose", "why", "would", "you", "your",
    "agency", "branch", "bureau", "department", "directorate", "division", "office", "section", "team",
    "unit",
]  # fmt: skip

_CHUNK = re.compile(r"\S+")
_RUN = re.compile(r"[^\W_]+")
_APOSTROPHES = "'’ʼ"


@dataclass(frozen=True)
class Token:
    """A word at its place in a text. `words` has every form under which the index has it."""

    begin: int
    end: int
    words: tuple[str, ...]


def read(text: str) -> Iterator[Token]:
    """Yield the words of a text, in order.

    Parts of a text without spaces are words, and all of it is one: “e-mail” is “mail” and “email”, “M&A” is “ma”.
    """
    for chunk in _CHUNK.finditer(text):
        runs = [
            (run.start() + chunk.start(), run.end() + chunk.start(), fold(run[0]))
            for run in _RUN.finditer(chunk[0])
        ]
        if len(runs) > 1 and runs[-1][2] == "s" and text[runs[-1][0] - 1] in _APOSTROPHES:
            runs.pop()
        whole = ()
        if 1 < len(runs) <= MOST_PARTS:
            whole = (stem("".join(part for *_, part in runs)),)
        for begin, end, part in runs:
            is_word = not whole or len(part) > 1
            words = ((stem(part),) if is_word else ()) + whole
            if words := tuple(dict.fromkeys(word for word in words if word)):
                yield Token(begin, end, words)


def whole_names(name: str) -> tuple[str, ...]:
    """Return the words that stand for a whole name: of all its words, and of its telling words, if these differ.

    So “public affairs” is a whole name of the Office of Public Affairs.
    """
    every = [token.words[0] for token in read(name)]
    telling = [word for word in every if word not in STOP_WORDS | LIGHT_WORDS]
    return tuple(
        dict.fromkeys(
            f"{WHOLE}{' '.join(some)}"[:LONGEST_WORD] for some in (every, telling) if some
        )
    )


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a word in small letters, without accents."""
    return alphabet.plain_words(word).replace(" ", "")[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a word without a plural ending.

    Source of the three rules: D. Harman, “How effective is suffixing?”, JASIS 42 (1991). The first line is an
    addition: “processes” is “process”.
    """
    word = word[:LONGEST_WORD]
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss")) else word[:-1]


STOP_WORDS = frozenset(map(stem, _STOP_WORDS))
LIGHT_WORDS = frozenset(map(stem, _LIGHT_WORDS))
