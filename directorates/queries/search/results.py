"""What a page shows of the results: names, snippets with marked words, and the units to which they lead."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from directorates.models import UnitContent, figure_url
from directorates.queries import references, visibility
from directorates.queries.pages import page_text
from directorates.queries.pages.page_parts import Link
from directorates.rules.content import lines, text
from directorates.rules.content.number_phrases import Claim, claim_words
from directorates.rules.search import marking, ranking
from directorates.rules.search.marking import Piece

Kind = UnitContent.Kind

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
    """Return {"answers", "units", "figures"} of these results with the words `found` marked: at most two queries.

    The second one reads the records to which the texts of the units refer. "agency" is the agency's edition for the
    frame of the page, or None: it is read only beside results.
    """
    editions = _read_editions(listed, at)
    by_group = {ranking.ANSWERS: [], ranking.UNITS: [], ranking.FIGURES: []}
    for hits in listed:
        hits = [hit for hit in hits if hit.unit in editions]
        if hits:
            by_group[hits[0].group].append(hits)
    units = [hits[0] for hits in by_group[ranking.UNITS]]
    return {
        "answers": tuple(_answer(hits, editions, found) for hits in by_group[ranking.ANSWERS]),
        "units": _unit_results(units, editions, found, at),
        "agency": next(
            (e for e in editions.values() if e.kind == Kind.AGENCY and not e.is_closed), None
        ),
        "figures": tuple(_figure(hits[0], editions, found) for hits in by_group[ranking.FIGURES]),
    }


def _read_editions(listed, at):
    """Return {unit id: edition} of the units of these results, of the units above, and of the agency."""
    hits = [hit for hits in listed for hit in hits[:UNITS_OF_AN_ANSWER]]
    ids = {hit.unit for hit in hits} | {hit.parent for hit in hits} - {None}
    if not ids:
        return {}
    columns = ("unit_id", "parent_id", "kind", "role", "slug", "name", "acronym", "summary", "overview", "body", "is_closed")  # fmt: skip
    is_shown = Q(unit_id__in=ids) | Q(kind=Kind.AGENCY, is_closed=False)
    editions = visibility.public_units(at).filter(is_shown).only(*columns)
    return {edition.unit_id: edition for edition in editions}


def _link(edition):
    return Link(edition.name_with_acronym, edition.get_absolute_url())


def _answer(hits, editions, found):
    units = tuple(_link(editions[hit.unit]) for hit in hits[:UNITS_OF_AN_ANSWER])
    return Answer(marking.mark(hits[0].label, found), units, len(hits) - len(units))


def _figure(hit, editions, found):
    claim = Claim(Decimal(str(hit.value)), hit.qualifier, hit.currency, hit.label)
    words = text.capitalized(claim_words(claim))
    url = figure_url(hit.identifier)
    return FigureResult(marking.mark(words, found), url, _link(editions[hit.unit]))


def _unit_results(hits, editions, found, at):
    alike = Counter(_looks(editions[hit.unit]) for hit in hits)
    texts = {
        hit.unit: _texts_of(editions[hit.unit]) for hit in hits if hit.relation == ranking.ITSELF
    }
    wanted = set()
    for summary, *rich in texts.values():
        wanted |= page_text.find(plain=[summary], rich=rich)
    facts = references.read(wanted, at=at)
    return tuple(
        _unit_result(
            hit,
            editions,
            found,
            snippet=_snippet(texts[hit.unit], facts, found) if hit.unit in texts else (),
            has_namesake=alike[_looks(editions[hit.unit])] > 1,
        )
        for hit in hits
    )


def _texts_of(unit):
    """Return the summary and the rich texts of a unit. The latter end where a search stops reading."""
    return unit.summary, *(_cut(html) for html in (unit.overview, unit.body))


def _cut(html):
    """Return the beginning of rich text, with no reference cut in two."""
    cut = html[: marking.MOST_READ]
    return cut[: cut.rindex("<span")] if cut.count("<span") > cut.count("</span") else cut


def _looks(edition):
    return lines.fold(edition.name), edition.acronym.casefold(), edition.parent_id


def _unit_result(hit, editions, found, *, snippet, has_namesake):
    unit, above = editions[hit.unit], editions.get(hit.parent)
    past_name = f"{hit.label} ({hit.acronym})" if hit.acronym else hit.label
    return UnitResult(
        name=marking.mark(f"{unit.name} ({unit.slug})" if has_namesake else unit.name, found),
        acronym=unit.acronym,
        url=unit.get_absolute_url(),
        role=unit.role_and_kind,
        part_of=above.name if above else "",
        snippet=snippet,
        relation=hit.relation,
        past_name=marking.mark(past_name, found) if past_name else (),
        is_closed=unit.is_closed,
    )


def _snippet(texts, facts, found):
    """Return the part of a unit's texts with the most words; of a unit without any, its summary."""
    summary, *rich = texts
    summary = page_text.plain_words(summary, facts)
    shown = (summary, *(page_text.words_of(html, facts) for html in rich))
    marked = marking.snippet(shown, found)
    if marked or not summary:
        return marked
    return (Piece(summary, False),)
