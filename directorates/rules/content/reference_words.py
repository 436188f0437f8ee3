"""The words of references, from the facts of the records that they refer to. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape

from directorates.rules.content import counting, references
from directorates.rules.content.number_phrases import Claim, Phrase, UnsupportedFormError, phrase_of
from directorates.rules.content.references import CountReference, FigureReference, UnitReference

#: What stands for a record that the public does not see, such as a figure that is withheld.
NO_NUMBER, NO_UNIT = "(number not available)", "(unit not available)"


@dataclass(frozen=True)
class FigureFact:
    claim: Claim
    source: str = ""
    source_url: str = ""
    as_of: date | None = None
    updated_at: datetime | None = None
    reviewed_at: datetime | None = None


@dataclass(frozen=True)
class UnitFact:
    name: str
    acronym: str = ""
    url: str = ""
    is_closed: bool = False


@dataclass(frozen=True)
class Facts:
    """The records in force at an instant to which a text refers. Figures and units by their identifiers."""

    figures: Mapping[str, FigureFact] = field(default_factory=dict)
    units: Mapping[str, UnitFact] = field(default_factory=dict)
    counts: Mapping[CountReference, int] = field(default_factory=dict)

    def __or__(self, other):
        return Facts(
            {**self.figures, **other.figures},
            {**self.units, **other.units},
            {**self.counts, **other.counts},
        )

    def has(self, reference):
        match reference:
            case FigureReference():
                return reference.identifier in self.figures
            case UnitReference():
                return reference.identifier in self.units
        return reference in self.counts


def figure_phrase(reference, fact: FigureFact) -> Phrase:
    """Return the phrase of a figure. Raises UnsupportedFormError."""
    return phrase_of(
        fact.claim, reference.form, reference.digits, with_counts=not reference.is_number
    )


def shown_phrase(reference, facts: Facts) -> Phrase | None:
    """Return the phrase that a page shows: the nearest one that is true, or None if nothing is known."""
    fact = facts.figures.get(reference.identifier)
    try:
        return fact and figure_phrase(reference, fact)
    except UnsupportedFormError as error:
        return error.nearest


def unit_words(reference, fact: UnitFact, *, is_introduced=False):
    """Return the name or the acronym of a unit, or both at its first use. A unit without acronym has its name."""
    if not fact.acronym or reference.words == references.NAME:
        return fact.name
    if reference.words == references.ACRONYM or is_introduced:
        return fact.acronym
    return f"{fact.name} ({fact.acronym})"


def count_words(reference, number):
    return counting.count_of(number, reference.counted, reference.role)


def capitalized(words, place):
    """Return the words with a capital where they begin a sentence."""
    return words[:1].upper() + words[1:] if place.begins_sentence else words


class PlainWriter:
    """Writes references as plain words. One for each text, because a name introduces its acronym once.

    `introduced` has the addresses of the units that are introduced already.
    """

    def __init__(self, facts: Facts, introduced=()):
        self.facts = facts
        self.introduced = {*introduced}

    def __call__(self, reference, place):
        match reference:
            case FigureReference():
                phrase = shown_phrase(reference, self.facts)
                return capitalized(phrase.words if phrase else NO_NUMBER, place)
            case CountReference():
                number = self.facts.counts.get(reference)
                words = NO_NUMBER if number is None else count_words(reference, number)
                return capitalized(words, place)
        fact = self.facts.units.get(reference.identifier)
        if fact is None:
            return NO_UNIT
        is_introduced = fact.url in self.introduced
        if reference.words == references.NAME_AND_ACRONYM:
            self.introduced.add(fact.url)
        return unit_words(reference, fact, is_introduced=is_introduced)


class ComparisonWriter(PlainWriter):
    """Writes references for a comparison of texts: their words, or the record if nothing is known of it.

    `with_records` adds the record in brackets, so two references with the same words differ.
    """

    def __init__(self, facts: Facts, *, with_records):
        super().__init__(facts)
        self.with_records = with_records

    def __call__(self, reference, place):
        """Return the words for plain text."""
        words, record = self._parts(reference, place)
        return " ".join(filter(None, (words, record)))

    def markup(self, reference, place):
        """Return the words for rich text. The record is the reference's stored markup, which has no words."""
        words, record = self._parts(reference, place)
        return escape(words) + (record and f" {references.markup_of(reference)}")

    def _parts(self, reference, place):
        is_known = self.facts.has(reference)
        words = super().__call__(reference, place) if is_known or not self.with_records else ""
        return words, f"[{references.description_of(reference)}]" if self.with_records else ""
