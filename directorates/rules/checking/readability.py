"""Sentences, and the reading grade of English by the formula of Flesch and Kincaid. Pure.

Grade = 0.39 × words a sentence + 11.8 × syllables a word - 15.59 (Kincaid, Fishburne, Rogers, Chissom: Derivation of
new readability formulas for Navy enlisted personnel, 1975).
"""

import re
from functools import lru_cache

#: The most words of a sentence, and the highest grade of a text, that the check lets pass.
LONGEST_SENTENCE = 30
HIGHEST_GRADE = 12.0
#: The grade of fewer words says little.
FEWEST_WORDS = 60

_WORD = re.compile(r"[^\W_]+(?:[.,'’&-]+[^\W_]+)*")
#: A full stop after one of these, or after a single letter, ends no sentence.
_ABBREVIATIONS = {"u.s", "e.g", "i.e", "no", "dr", "mr", "ms", "mrs", "st", "c", "s", "art", "etc", "vs"}  # fmt: skip
_STOP = re.compile(r"[.!?]+[\"'”’)]*(?=\s+[\"'“‘(]*[A-Z0-9])")
#: An e that is not heard: “home”, “homes”, “moved”, but “handle”, “handles”, “pages”, “wanted”.
_SILENT = re.compile(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouylsxzcg]es$|[^aeioudty]ed$")
_SILENT_INSIDE = re.compile(r"[^aeiou]e(?:ments?|land|ly|ful|less|ness)")
#: Vowels side by side that are two syllables: “social” has none, “material” and “employee” have.
_TWO_VOWELS = re.compile(
    r"(?<![gtcsl])i[ao](?!u)|[^qg]ua|eou(?!s)|ying|[aeo]y(?=[aeiou])|[^aeiou]sm$"
)
_VOWELS = re.compile(r"[aeiouyáéèêëíîïóôöúûü]+")


def sentences(words):
    """Return the sentences of a passage."""
    found, begin = [], 0
    for stop in _STOP.finditer(words):
        before = words[begin : stop.start()].split()
        last = before[-1].strip("\"'“‘(").lower() if before else ""
        if words[stop.start()] == "." and (last in _ABBREVIATIONS or len(last) == 1):
            continue
        found.append(words[begin : stop.end()].strip())
        begin = stop.end()
    return [one for one in (*found, words[begin:].strip()) if _WORD.search(one)]


def count_words(sentence):
    return len(_WORD.findall(sentence))


@lru_cache(maxsize=20_000)
def syllables(word):
    """Return the number of syllables of an English word, by rules: on average 0.04 fewer than a pronouncing dictionary.

    An acronym counts as if it were spoken as a word, so that names do not decide the grade.
    """
    spoken = re.sub(r"[^\w]|\d", "", word).lower()
    number = len(_VOWELS.findall(spoken))
    number -= bool(_SILENT.search(spoken)) + bool(_SILENT_INSIDE.search(spoken))
    number += len(_TWO_VOWELS.findall(spoken))
    return max(number, 1)


def grade(texts):
    """Return the grade of sentences, or None if there are too few words."""
    words = [word for sentence in texts for word in _WORD.findall(sentence)]
    if len(words) < FEWEST_WORDS:
        return None
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(texts) + 11.8 * spoken / len(words) - 15.59
