"""How much each word of a record weighs in the order of results. Pure."""

from dataclasses import dataclass

from directorates.rules.search import words

#: Weights of a word, by the text that it is in.
ACRONYM, NAME, PHRASE, SYNONYM, COUNTS, HEAD, SUMMARY, TEXT = 16, 12, 12, 10, 8, 4, 4, 2
#: Weights of a whole name, which count in addition to its words.
WHOLE_ACRONYM, WHOLE_NAME, WHOLE_SYNONYM = 60, 40, 30
#: How much less the telling words of a name weigh than the whole of it.
TELLING = 5


@dataclass(frozen=True)
class IndexedText:
    """A text of a record. `whole` is the weight of the whole text as one name; 0: it is no name."""

    text: str
    weight: int
    whole: int = 0
    in_name: bool = False
    is_acronym: bool = False


@dataclass(frozen=True)
class WordWeight:
    weight: int
    in_name: bool


def weigh(texts: list[IndexedText]) -> dict[str, WordWeight]:
    """Return the words of a record's texts, each with its greatest weight."""
    found = {}
    for text in texts:
        for word, weight in _words_of(text):
            before = found.get(word, WordWeight(0, False))
            found[word] = WordWeight(max(before.weight, weight), before.in_name or text.in_name)
    return found


def _words_of(text):
    for token in words.read(text.text):
        for word in token.words:
            # “IT” and “US” are acronyms too.
            if word not in words.STOP_WORDS or text.is_acronym:
                yield word, text.weight
    if text.whole:
        yield from zip(
            words.whole_names(text.text), (text.whole, text.whole - TELLING), strict=False
        )
