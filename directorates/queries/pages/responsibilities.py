"""“Who does what”: the responsibilities of the open units at an instant, from A to Z."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from directorates.models import Responsibility, unit_url
from directorates.queries import visibility
from directorates.queries.pages import namesakes, responsibility_moves, unit_list
from directorates.queries.pages.page_parts import Link, entry_url, letter_parameter, link
from directorates.queries.pages.responsibility_moves import Move
from directorates.rules.content import index_words, lines, phone_numbers
from directorates.rules.content.alphabet import letter_of, sort_key

#: A list of more lines than this is shown letter by letter. A unit that answers for a phrase is a line, and so is every
#: other word.
MOST_LINES = 500
#: The most units that the row of a phrase names. After them comes a link to all of them.
MOST_UNITS = 8
#: The most units that the row of another word names. If it leads to several phrases, it then names these instead.
MOST_UNITS_OF_WORD = 3
#: The most phrases that a row names.
MOST_PHRASES = 8
#: The columns of units that the page shows.
_COLUMNS = (
    *("unit_id", "kind", "slug", "name", "acronym", "parent_id", "email", "phone", "website"),
    *("address_country", "effective_from", "approved_at"),
)


@dataclass(frozen=True)
class Answer:
    """A unit in charge. `phrase` names what the unit is in charge of, if the row's word is something else."""

    unit: Link
    phrase: Link | None = None
    contacts: tuple[Link, ...] = ()
    move: Move | None = None


@dataclass(frozen=True)
class IndexRow:
    """A word, and who answers for it. The row of a recorded phrase has a `slug`, its anchor.

    `recorded_as` is the phrase that a synonym or an abbreviation stands for. `see` are the phrases of a word with too
    many answers. `more` counts the units that are left out; `more_url` lists all of them.
    """

    word: str
    slug: str = ""
    description: str = ""
    recorded_as: Link | None = None
    answers: tuple[Answer, ...] = ()
    see: tuple[Link, ...] = ()
    more: int = 0
    more_url: str = ""


@dataclass(frozen=True)
class LetterGroup:
    letter: str
    anchor: str
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True)
class ResponsibilitiesPage:
    """`letter` is the letter of the page, or '' for the whole list. `path` is the address to index."""

    path: str
    breadcrumbs: tuple[Link, ...]
    letter: str
    letters: tuple[Link, ...]
    groups: tuple[LetterGroup, ...]
    all_url: str
    examples: tuple[Link, ...]
    updated_at: datetime | None


class UnknownLetterError(LookupError):
    """No responsibility is under this letter."""


@dataclass
class _Word:
    """A word of the index: the responsibility with this phrase, if there is one, and others that it leads to."""

    text: str
    own: Responsibility | None = None
    others: list[Responsibility] = field(default_factory=list)

    @property
    def phrases(self):
        return [*([self.own] if self.own else []), *self.others]


def get(*, at, letter="") -> ResponsibilitiesPage:
    """Return the list, or the part of it under a letter: at most seven queries. Raises UnknownLetterError.

    Without a letter, a list of more than MOST_LINES lines gives the part under its first letter.
    """
    in_charge, updated_at = _find_in_charge(at)
    words = _find_words(visibility.public_responsibilities(at))
    by_letter = defaultdict(list)
    for word in words:
        by_letter[letter_of(word.text)].append(word)
    letters = {letter_parameter(one): one for one in sorted(by_letter, key=sort_key)}
    if letter and letter not in letters:
        raise UnknownLetterError(f"no responsibility under {letter!r}")
    first = next(iter(letters), "")
    is_long = sum(_lines_of(word, in_charge) for word in words) > MOST_LINES
    parameter = letter or (first if is_long else "")
    shown = {letters[parameter]: by_letter[letters[parameter]]} if parameter else by_letter
    answers = _Answers([word for group in shown.values() for word in group], in_charge, at)
    path = reverse("directorates:responsibilities")
    is_first = not is_long or parameter == first
    return ResponsibilitiesPage(
        path=path if is_first else f"{path}?letter={parameter}",
        breadcrumbs=(Link("Who does what", ""),),
        letter=letters.get(parameter, ""),
        letters=tuple(_letter_links(letters, parameter, path)),
        groups=tuple(
            LetterGroup(one, _anchor(one), answers.rows(shown[one]))
            for one in letters.values()
            if one in shown
        ),
        all_url=path if parameter and not is_long else "",
        examples=_examples(words),
        updated_at=updated_at,
    )


def _lines_of(word, in_charge):
    return min(len(in_charge[word.own.pk]), MOST_UNITS) if word.own else 1


def letter_addresses(*, at):
    """Return the address of each letter: one query."""
    words = _find_words(visibility.public_responsibilities(at))
    path = reverse("directorates:responsibilities")
    letters = {letter_parameter(letter_of(word.text)) for word in words}
    return [f"{path}?letter={letter}" for letter in sorted(letters)]


def with_further_units(*, at):
    """Return {slug: number of units} of the responsibilities with more units than a row names: two queries."""
    in_charge, _ = _find_in_charge(at)
    numbers = {pk: len(pks) for pk, pks in in_charge.items() if len(pks) > MOST_UNITS}
    slugs = visibility.public_responsibilities(at).values_list("pk", "slug")
    return {slug: numbers[pk] for pk, slug in slugs if pk in numbers}


def _find_in_charge(at):
    """Return {responsibility id: pks of editions from A to Z}, and the time of the newest edition: one query."""
    editions = (
        visibility.open_units(at)
        .filter(responsibilities__isnull=False)
        .order_by("index_key", "sort_key", "unit_id")
        .values_list("responsibilities", "pk", "effective_from", "approved_at")
    )
    in_charge, updated_at = defaultdict(list), None
    for responsibility, pk, *times in editions:
        in_charge[responsibility].append(pk)
        updated_at = max(filter(None, [updated_at, *times]))
    return in_charge, updated_at


def _find_words(responsibilities):
    """Return the words of the index from A to Z: phrases, abbreviations and synonyms."""
    words = {lines.fold(row.phrase): _Word(row.phrase, row) for row in responsibilities}
    for row in responsibilities:
        for text in index_words.find_other_words(row.phrase, row.synonyms):
            words.setdefault(lines.fold(text), _Word(text)).others.append(row)
    return sorted(words.values(), key=lambda word: sort_key(word.text))


def _letter_links(letters, parameter, path):
    for one, letter in letters.items():
        if parameter:
            yield Link(letter, "" if one == parameter else f"{path}?letter={one}")
        else:
            yield Link(letter, f"#{_anchor(letter)}")


def _anchor(letter):
    return f"letter-{letter_parameter(letter)}"


def _examples(words):
    """Return links to up to three one-word phrases from the beginning, the middle and the end of the index."""
    short = [word.own for word in words if word.own and " " not in word.text]
    places = sorted({0, len(short) // 2, len(short) - 1}) if short else ()
    return tuple(
        Link(short[place].phrase, entry_url(short[place].phrase, short[place].slug))
        for place in places
    )


class _Answers:
    """The units in charge of the phrases that these words lead to: at most five queries."""

    def __init__(self, words, in_charge, at):
        self._in_charge = in_charge
        own = [word.own.pk for word in words if word.own]
        phrases = {row.pk for word in words for row in word.phrases[:MOST_PHRASES]}
        pks = {pk for one in phrases for pk in in_charge[one][:MOST_UNITS]}
        editions = visibility.open_units(at).filter(pk__in=pks).only("pk", *_COLUMNS)
        self._editions = {edition.pk: edition for edition in editions}
        self._labels = namesakes.find(self._editions.values(), at=at)
        self._moves = responsibility_moves.find(own, at=at)

    def rows(self, words):
        return tuple(self._row(word) for word in words)

    def _row(self, word):
        if word.own:
            return self._row_of_phrase(word)
        total = sum(len(self._in_charge[row.pk]) for row in word.others)
        if len(word.others) == 1:
            (row,) = word.others
            answers = tuple(self._answers(row, MOST_UNITS_OF_WORD))
            more = total - len(answers)
            return IndexRow(word.text, recorded_as=_entry(row), answers=answers, more=more, more_url=_all_units(row))  # fmt: skip
        if total > MOST_UNITS_OF_WORD:
            return IndexRow(word.text, see=tuple(map(_entry, word.others[:MOST_PHRASES])))
        return IndexRow(word.text, answers=self._answers_of_others(word))

    def _row_of_phrase(self, word):
        """Return the row of a phrase. Other phrases that name it as a synonym follow its own units."""
        own = tuple(self._answers(word.own, MOST_UNITS, is_own=True))
        return IndexRow(
            word=word.text,
            slug=word.own.slug,
            description=word.own.description,
            answers=own + self._answers_of_others(word),
            more=len(self._in_charge[word.own.pk]) - len(own),
            more_url=_all_units(word.own),
        )

    def _answers_of_others(self, word):
        return tuple(
            replace(answer, phrase=_entry(row))
            for row in word.others[:MOST_PHRASES]
            for answer in self._answers(row, MOST_UNITS_OF_WORD)
        )

    def _answers(self, row, most, *, is_own=False):
        """Yield the units in charge of a phrase. Only its own row tells how to reach them and since when."""
        for pk in self._in_charge[row.pk][:most]:
            edition = self._editions[pk]
            label = self._labels.get(edition.unit_id, edition.name_with_acronym)
            yield Answer(
                unit=Link(label, unit_url(edition.kind, edition.slug)),
                contacts=_contacts(edition) if is_own else (),
                move=self._moves.get((row.pk, edition.unit_id)) if is_own else None,
            )


def _all_units(row):
    return unit_list.address(handles=row.slug)


def _entry(row):
    return Link(row.phrase, entry_url(row.phrase, row.slug))


def _contacts(edition):
    """Return links to a unit's telephone, e-mail and website, as far as the record has them."""
    country = phone_numbers.country_of(
        edition.address_country, timezone.get_current_timezone_name()
    )
    found = (
        (edition.phone, phone_numbers.link_to(edition.phone, country) if edition.phone else ""),
        (edition.email, f"mailto:{edition.email}"),
        (edition.website, edition.website),
    )
    return tuple(link(words, url) for words, url in found if words)
