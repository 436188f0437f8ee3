"""Finds the words that a person probably meant. Pure."""

from collections.abc import Iterable

#: Shorter words have no similar words: nearly every word would be one.
SHORTEST = 4
#: The most words that are compared letter by letter, and the most that are returned.
MOST_COMPARED = 80
MOST_SIMILAR = 8


def trigrams(word: str) -> list[str]:
    """Return the groups of three letters in a word, with a space at each end of the word."""
    padded = f" {word} "
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2)))


def asked_trigrams(word: str) -> list[str]:
    """Return the trigrams of the words that may be similar to a typed one.

    A word of four letters shares none with itself if its middle letters change places: “fioa” is “foia”.
    """
    asked = trigrams(word)
    if len(word) == SHORTEST:
        asked += trigrams(word[0] + word[2] + word[1] + word[3])
    return list(dict.fromkeys(asked))


def least_shared(word: str) -> int:
    """Return how many trigrams a similar word shares at least."""
    return 1 if len(word) < 6 else len(word) // 3


def find_similar(word: str, shared: Iterable[tuple[str, int]]) -> list[str]:
    """Return the similar words among candidates, the most similar first.

    `shared` has each candidate and the number of trigrams that it shares. Similar is a word that begins with `word`,
    or that has one mistake, from eight letters on two: another, a missing or an additional letter, or two letters
    in the wrong order.
    """
    order = sorted(shared, key=lambda one: (-one[1], abs(len(one[0]) - len(word)), one[0]))
    most = 1 if len(word) < 8 else 2
    found = []
    for candidate, _ in order[:MOST_COMPARED]:
        if candidate.startswith(word):
            found.append((0, len(candidate), candidate))
        elif abs(len(candidate) - len(word)) <= most and (d := distance(word, candidate)) <= most:
            found.append((d, len(candidate), candidate))
    return [candidate for *_, candidate in sorted(found)[:MOST_SIMILAR]]


def distance(one: str, other: str) -> int:
    """Return the number of mistakes between two words: the optimal string alignment distance."""
    before, row = [], list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, its in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
