"""The consistency check: texts and records in, findings out. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from directorates.rules.checking import names, numbers, passages, readability
from directorates.rules.checking.facts import Records
from directorates.rules.checking.findings import Finding, Kind, TextPlace
from directorates.rules.checking.replacing import pattern_of
from directorates.rules.content.reference_words import Facts

#: Fields of a unit that its page shows one after the other, so an acronym is introduced once.
PAGE_FIELDS = ("overview", "body")


@dataclass
class CheckedText:
    """A stored text. `addresses` are links beside it: the value of a field that is an address."""

    place: TextPlace
    words: str
    facts: Facts
    is_address: bool = False

    @cached_property
    def passages(self):
        if self.is_address:
            return passages.Passages([], [self.words], [])
        read = passages.read_rich if self.place.is_rich else passages.read_plain
        return read(self.words, self.facts)

    @cached_property
    def sentences(self):
        """The sentences of its prose."""
        return [
            sentence
            for passage in self.passages.blocks
            if passage.is_prose
            for sentence in readability.sentences(passage.words)
        ]

    @property
    def can_refer(self):
        """Whether the field may hold references."""
        return self.place.is_rich or self.place.field == "summary"

    def count_before(self, passage, begin, words):
        """Return how often a person typed these words in the text before a place of a passage."""
        count, pattern = 0, pattern_of(words)
        for one in self.passages.blocks:
            end = begin if one is passage else len(one.words)
            matches = pattern.finditer(one.words, 0, end)
            count += sum(one.is_typed(match.start(), match.end()) for match in matches)
            if one is passage:
                break
        return count


def find(
    texts: Iterable[CheckedText], records: Records, leads_nowhere: Callable[[str], str]
) -> list[Finding]:
    """Return the findings of texts in their order, each once.

    `leads_nowhere` takes the address of a link and returns what is wrong with it, or ''.
    """
    found = []
    for _, own in groupby(texts, key=lambda text: (text.place.record, text.place.is_draft)):
        own = list(own)
        for text in own:
            found += [*numbers.find(text, records), *names.find(text, records)]
            found += _links(text, leads_nowhere)
        page = [text for text in own if text.place.field in PAGE_FIELDS]
        if page:
            found += names.find_acronyms(page, records)
        found += _acronyms_of_summaries(own, records)
        if records.is_english:
            found += _reading(own, page)
    return list({finding.key: finding for finding in reversed(found)}.values())[::-1]


def _acronyms_of_summaries(texts, records):
    for text in texts:
        if text.place.field == "summary":
            yield from names.find_acronyms([text], records)


def _links(text, leads_nowhere):
    for address in dict.fromkeys(text.passages.addresses):
        if fault := leads_nowhere(address):
            yield Finding(
                Kind.DEAD_LINK,
                text.place,
                address,
                "",
                f"{fault} Correct the address, or take the link away.",
            )


def _reading(texts, page):
    for text in texts:
        if text.place.field in ("summary", *PAGE_FIELDS):
            for sentence in text.sentences:
                if (length := readability.count_words(sentence)) > readability.LONGEST_SENTENCE:
                    yield Finding(
                        Kind.LONG_SENTENCE,
                        text.place,
                        sentence,
                        f"{readability.LONGEST_SENTENCE} words at most",
                        f"The sentence has {length} words. Make two or three of it.",
                    )
    grade = readability.grade([one for text in page for one in text.sentences])
    if grade is not None and grade > readability.HIGHEST_GRADE:
        yield Finding(
            Kind.HARD_TO_READ,
            page[0].place,
            f"grade {grade:.0f}",
            f"grade {readability.HIGHEST_GRADE:.0f} at most",
            f"The text needs about {grade:.0f} years of school. Use shorter sentences and shorter words.",
        )
