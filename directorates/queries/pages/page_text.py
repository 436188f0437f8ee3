"""The texts of a page, with the words of their references, and the notes on the figures that they name."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from directorates.models import figure_url
from directorates.queries import references as reading
from directorates.rules.content import references, text
from directorates.rules.content.number_phrases import claim_words
from directorates.rules.content.reference_words import (
    Facts,
    PlainWriter,
    capitalized,
    shown_phrase,
)
from directorates.rules.content.references import FigureReference, UnitReference


@dataclass(frozen=True)
class FigureNote:
    """What a figure in a text says, as of which day, and where it comes from. `url` is that of the figure's page.

    `has_mark`: a mark in the text leads to the note, so the note leads back.
    """

    number: int
    claim: str
    url: str
    source: str
    source_url: str
    as_of: date | None
    has_mark: bool


def find(*, plain=(), rich=()):
    """Return the set of references in plain texts and rich texts."""
    found = {one for words in plain for one in references.find_in_plain_text(words)}
    return found | {one for html in rich for one in references.find_in_rich_text(html)}


def shown_summaries(editions, *, at, known=None):
    """Return {summary: its words} of editions in a list: at most one query, or none without references."""
    summaries = {edition.summary for edition in editions}
    facts = reading.read(find(plain=summaries), at=at, known=known)
    return {summary: plain_words(summary, facts) for summary in summaries}


def plain_words(words, facts):
    """Return a plain text with the words of its references."""
    return references.write_plain_text(words, PlainWriter(facts))


def words_of(html, facts):
    """Return rich text as plain words, with those of its references."""
    writer = PlainWriter(facts)
    written = references.write_rich_text(html, lambda *found: escape(writer(*found)))
    return text.plain_text(written)


class PageText:
    """Writes the texts of one page in their order. A figure has one note on the page, wherever it is named.

    `own_url` is the page's own address, to which no text links. `introduced` are the addresses of units whose
    acronyms the page has introduced already.
    """

    def __init__(self, facts: Facts, *, own_url="", introduced=()):
        self._facts = facts
        self._own_url = own_url
        self._plain = PlainWriter(facts, introduced)
        self._numbers = {}
        self._marked = set()

    def introduce(self, url):
        """Note that the page gives the acronym of the unit at this address, as a heading does."""
        self._plain.introduced.add(url)

    def rich(self, html) -> SafeString:
        """Return stored rich text for the page, with its headings below the page's own."""
        written = references.write_rich_text(text.sanitize(html), self._markup)
        return mark_safe(text.demote_headings(written))

    def lead(self, words) -> SafeString:
        """Return a plain text for the page, as markup."""
        return mark_safe(references.write_plain_text(escape(words), self._markup))

    def plain(self, words):
        """Return a plain text of its own, such as the page's description."""
        return plain_words(words, self._facts)

    def words(self, html):
        """Return rich text as plain words."""
        return words_of(html, self._facts)

    @property
    def notes(self):
        """The notes on the figures of all texts so far, in the order of their numbers."""
        return tuple(self._note(*entry) for entry in self._numbers.items())

    @property
    def updates(self):
        """The times at which the figures of the texts were last updated."""
        return [self._facts.figures[identifier].updated_at for identifier in self._numbers]

    def _note(self, identifier, number):
        fact = self._facts.figures[identifier]
        return FigureNote(
            number=number,
            claim=text.capitalized(claim_words(fact.claim)),
            url=figure_url(identifier),
            source=fact.source,
            source_url=fact.source_url,
            as_of=fact.as_of,
            has_mark=identifier in self._marked,
        )

    def _markup(self, reference, place):
        match reference:
            case FigureReference():
                return self._figure(reference, place)
            case UnitReference():
                return self._unit(reference, place)
        words, number = self._plain(reference, place), self._facts.counts.get(reference)
        return escape(words) if number is None else _data(number, words)

    def _figure(self, reference, place):
        phrase = shown_phrase(reference, self._facts)
        if phrase is None:
            return escape(self._plain(reference, place))
        data = _data(phrase.number, capitalized(phrase.words, place))
        return data + self._mark(reference.identifier, place)

    def _mark(self, identifier, place):
        """Return the mark that leads to a figure's note. A link holds no other link, so it has no mark."""
        number = self._numbers.setdefault(identifier, len(self._numbers) + 1)
        if place.is_in_link:
            return ""
        own_id = (
            "" if identifier in self._marked else format_html(' id="figure-note-{}-from"', number)
        )
        self._marked.add(identifier)
        return format_html(
            '<sup class="note-mark"><a href="#figure-note-{}"{}><span class="usa-sr-only">Note </span>{}</a></sup>',
            number, own_id, number,
        )  # fmt: skip

    def _unit(self, reference, place):
        words = self._plain(reference, place)
        fact = self._facts.units.get(reference.identifier)
        leads = fact and reference.is_linked and not place.is_in_link and fact.url != self._own_url
        return format_html('<a href="{}">{}</a>', fact.url, words) if leads else escape(words)


def _data(number, words):
    return format_html('<data value="{}">{}</data>', f"{Decimal(number).normalize():f}", words)
