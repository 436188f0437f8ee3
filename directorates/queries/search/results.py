"""What a page shows of the results: names, snippets with marked words, and the units to which they lead."""

from collections import Counter
from dataclasses import dataclass

from directorates.models import FigureEdition, figure_url
from directorates.queries import visibility
from directorates.queries.pages.page_parts import Link
from directorates.rules.content import lines, number_phrases, text
from directorates.rules.search import marking, ranking
from directorates.rules.search.marking import Piece

#: The most units that an answer names.
UNITS_OF_AN_ANSWER = 5


@dataclass(frozen=True)
class Answer:
    """A responsibility, its phrase with the words marked, and the units that handle it. `more` are not named."""

    phrase: tuple[Piece, ...]
    units: tuple[Link, ...]
    more: int


@dataclass(frozen=True)
class UnitResult:
    """`past_name` is a name of the past by which the unit was found, if any. `relation` says whose it was."""

    name: tuple[Piece, ...]
    acronym: str
    url: str
    role: str
    part_of: str
    snippet: tuple[Piece, ...]
    relation: str
    past_name: tuple[Piece, ...]
    is_closed: bool


@dataclass(frozen=True)
class FigureResult:
    """A figure with its words marked, the address of its page, and the unit that answers for it."""

    claim: tuple[Piece, ...]
    url: str
    unit: Link


def show(listed, found, *, at):
    """Return {"answers", "units", "figures"} of these results with the words `found` marked: at most one query."""
    editions = _read_editions(listed, at)
    by_group = {ranking.ANSWERS: [], ranking.UNITS: [], ranking.FIGURES: []}
    for hits in listed:
        hits = [hit for hit in hits if hit.unit in editions]
        if hits:
            by_group[hits[0].group].append(hits)
    return {
        "answers": tuple(_answer(hits, editions, found) for hits in by_group[ranking.ANSWERS]),
        "units": _unit_results([hits[0] for hits in by_group[ranking.UNITS]], editions, found),
        "figures": tuple(_figure(hits[0], editions, found) for hits in by_group[ranking.FIGURES]),
    }


def _read_editions(listed, at):
    """Return {unit id: edition} of the units of these results and of the units above."""
    hits = [hit for hits in listed for hit in hits[:UNITS_OF_AN_ANSWER]]
    ids = {hit.unit for hit in hits} | {hit.parent for hit in hits} - {None}
    if not ids:
        return {}
    columns = ("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", "summary", "overview", "body", "is_closed")  # fmt: skip
    editions = visibility.public_units(at).filter(unit_id__in=ids).only(*columns)
    return {edition.unit_id: edition for edition in editions}


def _link(edition):
    return Link(edition.name_with_acronym, edition.get_absolute_url())


def _answer(hits, editions, found):
    units = tuple(_link(editions[hit.unit]) for hit in hits[:UNITS_OF_AN_ANSWER])
    return Answer(marking.mark(hits[0].label, found), units, len(hits) - len(units))


def _figure(hit, editions, found):
    qualifier = "" if hit.qualifier == FigureEdition.Qualifier.EXACTLY else hit.qualifier
    value = number_phrases.format_value(str(hit.value), hit.currency)
    claim = text.capitalized(" ".join(part for part in (qualifier, value, hit.label) if part))
    url = figure_url(hit.identifier)
    return FigureResult(marking.mark(claim, found), url, _link(editions[hit.unit]))


def _unit_results(hits, editions, found):
    alike = Counter(_looks(editions[hit.unit]) for hit in hits)
    return tuple(
        _unit_result(hit, editions, found, has_namesake=alike[_looks(editions[hit.unit])] > 1)
        for hit in hits
    )


def _looks(edition):
    return lines.fold(edition.name), edition.acronym.casefold(), edition.parent_id


def _unit_result(hit, editions, found, *, has_namesake):
    unit, above = editions[hit.unit], editions.get(hit.parent)
    past_name = f"{hit.label} ({hit.acronym})" if hit.acronym else hit.label
    return UnitResult(
        name=marking.mark(f"{unit.name} ({unit.slug})" if has_namesake else unit.name, found),
        acronym=unit.acronym,
        url=unit.get_absolute_url(),
        role=unit.role_and_kind,
        part_of=above.name if above else "",
        snippet=_snippet(unit, found) if hit.relation == ranking.ITSELF else (),
        relation=hit.relation,
        past_name=marking.mark(past_name, found) if past_name else (),
        is_closed=unit.is_closed,
    )


def _snippet(unit, found):
    """Return the part of a unit's texts with the most words; of a unit without any, its summary."""
    texts = (unit.summary, *(_plain(html) for html in (unit.overview, unit.body)))
    marked = marking.snippet(texts, found)
    if marked or not unit.summary:
        return marked
    return (Piece(unit.summary, False),)


def _plain(html):
    return text.plain_text(html[: marking.MOST_READ])
