"""Search for staff: records, editions, change sets and people, with one bounded query per group."""

import html
import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.contrib.auth import get_user_model
from django.db.models import Case, Q, Value, When
from django.urls import reverse

from directorates.models import ChangeSet, Responsibility, Unit, UnitContent
from directorates.models.records.governed import GOVERNED
from directorates.queries import visibility
from directorates.rules.content import lines, spellings, text

MOST_CHARACTERS = 200
#: The most results of a group. After them, the page asks for another word.
MOST_RESULTS = 10
#: The most rows of a query. Not all are results: some match only in markup or are older editions.
MOST_ROWS = 60
#: The characters of an excerpt on each side of the first word found.
CHARACTERS_AROUND = 60

SET_FIELDS = ("title", "reason", "public_note")
PERSON_FIELDS = ("username", "first_name", "last_name", "email")
RICH_TEXT = frozenset({"overview", "body"})
#: The field of a figure that is its number.
NUMBER = "value"


class UnusableQueryError(ValueError):
    """The typed query cannot be searched for. The message says why, and what to type."""


@dataclass(frozen=True)
class SearchPiece:
    text: str
    is_match: bool


@dataclass(frozen=True)
class Excerpt:
    """A part of a field's text, with the words of the query marked."""

    label: str
    pieces: tuple[SearchPiece, ...]


@dataclass(frozen=True)
class SearchResult:
    """`state` is an edition's, like "in force". `effective_from` is its beginning if known."""

    name: str
    url: str
    excerpts: tuple[Excerpt, ...]
    state: str = ""
    effective_from: datetime | None = None
    #: The record's present name if the edition has another name.
    name_now: str = ""


@dataclass(frozen=True)
class ResultGroup:
    id: str
    heading: str
    results: tuple[SearchResult, ...]
    has_more: bool


def can_search(user):
    return any(visibility.can_see(user, model) for model in (Unit, ChangeSet, get_user_model()))


def read_words(typed) -> tuple[str, ...]:
    """Return the words of a query. Raises UnusableQueryError."""
    words = tuple(dict.fromkeys(lines.clean_line(typed.replace("\0", " ")).split()))
    if len(typed) > MOST_CHARACTERS:
        raise UnusableQueryError(
            f"That is {len(typed):,} characters long. Search for at most {MOST_CHARACTERS}: a few words are enough."
        )
    if typed and not words:
        raise UnusableQueryError("There was no word in it. Type a name, or a word of a text.")
    return words


def find(words, *, user, at) -> tuple[ResultGroup, ...]:
    """Return the results with all the words, one group for each kind that the person may see."""
    return tuple(
        group
        for model, find_group in (
            *(
                (governed.model, partial(find_group, governed))
                for governed in GOVERNED
                for find_group in (_find_records, _find_editions)
            ),
            (Responsibility, _find_responsibilities),
            (ChangeSet, _find_sets),
            (get_user_model(), _find_people),
        )
        if visibility.can_see(user, model)
        and (group := find_group(words, at)) is not None
        and group.results
    )


def _fields_of(governed):
    has_number = any(field.name == NUMBER for field in governed.model._meta.concrete_fields)
    return (*governed.search_fields, *([NUMBER] if has_number else []))


def _find_records(governed, words, at):
    fields = ("identifier", *_fields_of(governed))
    rows = governed.model.objects.filter(all_in(words, fields)).order_by("sort_key", "pk")
    if governed.is_unit:
        by_name = Case(When(all_in(words, ("name", "acronym")), then=Value(0)), default=Value(1))
        rows = rows.with_look_alikes().select_related("parent").order_by(by_name, "sort_key", "pk")
    heading = text.capitalized(governed.plural_name)
    return _group(governed.held_name, heading, rows, words, fields, _result_of_record)


def _find_editions(governed, words, at):
    """Return, for each record, the newest edition with the words. The last published comes first."""
    fields, model = (*_fields_of(governed), "change_note"), governed.edition_model
    rows = (
        model.objects.filter(all_in(words, fields))
        .select_related(governed.record_field)
        .with_times(at)
        .order_by("-pk")
    )
    heading = f"Published versions of {governed.plural_name}"
    return _group(f"{governed.name}-editions", heading, rows, words, fields, _result_of_edition)


def _find_responsibilities(words, at):
    fields = ("phrase", "synonyms")
    rows = Responsibility.objects.filter(all_in(words, fields)).order_by("sort_key")
    return _group("responsibilities", "Responsibilities", rows, words, fields, _result_of_record)


def _find_sets(words, at):
    rows = ChangeSet.objects.filter(all_in(words, SET_FIELDS)).order_by("-pk")
    return _group("sets", "Change sets", rows, words, SET_FIELDS, _result_of_record)


def _find_people(words, at):
    rows = get_user_model().objects.filter(all_in(words, PERSON_FIELDS)).order_by("username")
    return _group("people", "People", rows, words, PERSON_FIELDS, _result_of_record)


# Asking the database


def all_in(words, fields):
    """Return the condition that every word is in one of the fields.

    Capitals, accents and the commas of numbers make no difference.
    """
    condition = Q()
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= _is_number(word) if field == NUMBER else _is_in(word, field)
        condition &= anywhere
    return condition


def _is_in(word, field):
    found = Q()
    for way in spellings.spellings(word):
        written = html.escape(way, quote=False) if field in RICH_TEXT else way
        found |= Q(**{f"{field}__in_either_case": written})
    return found


def _is_number(word):
    number = spellings.number_of(word)
    return Q(pk__in=[]) if number is None else Q(**{NUMBER: number})


def _group(id_, heading, rows, words, fields, make_result):
    results, seen = [], set()
    for row in rows[:MOST_ROWS]:
        record = getattr(row, "record", row)
        excerpts = _excerpts(row, words, fields)
        # Skip rows with a word only in the markup, which people do not read.
        if excerpts and record.pk not in seen:
            seen.add(record.pk)
            results.append((row, make_result(row, excerpts)))
    shown = _distinguished(results[:MOST_RESULTS])
    return ResultGroup(id_, heading, shown, len(results) > MOST_RESULTS)


def _distinguished(results):
    """Return the results. Units with the same name get their parent's name, their editions get their addresses."""
    alike = Counter(result.name.casefold() for _, result in results)

    def distinguished(row, result):
        if alike[result.name.casefold()] == 1 or not isinstance(row, UnitContent):
            return result
        is_unit = isinstance(row, Unit)
        return replace(result, name=row.choice_label if is_unit else f"{result.name} ({row.slug})")

    return tuple(distinguished(row, result) for row, result in results)


# Results as text


def _result_of_record(record, excerpts):
    name = getattr(record, "page_name", record._meta.model_name)
    url = reverse(f"admin:{record._meta.app_label}_{name}_change", args=[record.pk])
    return SearchResult(str(record), url, excerpts)


def _result_of_edition(edition, excerpts):
    address = f"admin:directorates_{edition.record.page_name}_edition"
    is_of_unit = isinstance(edition, UnitContent)
    name = edition.name_with_acronym if is_of_unit else str(edition.record)
    now = str(edition.record)
    return SearchResult(
        f"{name}, published version {edition.number}",
        reverse(address, args=[edition.record.pk, edition.number]),
        excerpts,
        edition.state,
        edition.effective_from if edition.beginning_is_known else None,
        "" if now == name else now,
    )


def _excerpts(row, words, fields):
    """Return the excerpts of the first fields that together show every word, or () if a word is only in markup."""
    missing, excerpts = list(words), []
    for field in fields:
        plain = _plain(row, field)
        found = [word for word in missing if re.search(spellings.pattern(word), plain)]
        if found:
            missing = [word for word in missing if word not in found]
            excerpts.append(Excerpt(_label(row, field), _mark(plain, words)))
    return () if missing else tuple(excerpts)


def _plain(row, field):
    value = getattr(row, field)
    if field in RICH_TEXT:
        return text.plain_text(value)
    if field == NUMBER:
        return f"{value.normalize():,f}"
    return ", ".join(value) if isinstance(value, list) else value


def _label(row, field):
    return text.capitalized(str(row._meta.get_field(field).verbose_name))


def _mark(plain, words):
    """Return the text around the first word found, split into pieces with and without a match."""
    # Longest first: a search for “off” and “office” marks “office” whole.
    alternatives = "|".join(map(spellings.pattern, sorted(words, key=len, reverse=True)))
    pattern = re.compile(f"({alternatives})")
    first = pattern.search(plain)
    begin = max(0, first.start() - CHARACTERS_AROUND) if first else 0
    end = (first.end() if first else 0) + CHARACTERS_AROUND
    cut = plain[begin:end]
    # Cut between words, unless the text on that side is one long word.
    if begin and " " in plain[begin : first.start()]:
        cut = cut.partition(" ")[2]
    if end < len(plain) and " " in plain[end - CHARACTERS_AROUND : end]:
        cut = cut.rpartition(" ")[0]
    cut = ("…" if begin else "") + cut + ("…" if end < len(plain) else "")
    # The pattern's one group makes every second part a match.
    return tuple(
        SearchPiece(part, bool(number % 2))
        for number, part in enumerate(pattern.split(cut))
        if part
    )
