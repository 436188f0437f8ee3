"""Ranks what the database found for the words of a query. Pure, so every database gives the same order.

The rank of a result is the sum, over the words of the query, of the word's weight in the record times its rarity
among all that was found. Equal ranks are ordered by the length of the name, then by the alphabet.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from directorates.rules.search.words import WHOLE

ANSWERS, UNITS, FIGURES = "answers", "units", "figures"
#: How a found name belongs to its unit: it is its own, that of its former self, or that of a closed unit.
ITSELF, FORMER, PREDECESSOR, CLOSED = "itself", "former", "predecessor", "closed"

#: How much a form of a word counts, in quarters: as typed, joined with its neighbor, and a similar word.
AS_TYPED, JOINED, SIMILAR = 4, 3, 2
#: How much a match counts, in quarters, by the relation of the found name. Not named: four quarters.
_BY_RELATION = {FORMER: 3, PREDECESSOR: 3, CLOSED: 2}
#: The rarity of a word in one record. Each doubling of the records takes one away.
_RAREST = 13
#: The rarity of a whole name.
_OF_WHOLE = 10
#: A result covers at least this share of the query, by the rarity of its words, in tenths; and this share of what
#: the best result covers. The first share is not asked of a unit that has a typed word as its acronym or whole name.
#: A unit is compared with units, because units also mention what others handle.
_SHARE_OF_QUERY, _SHARE_OF_BEST = 3, 6


@dataclass(frozen=True)
class Form:
    """A word of the index that stands for a word of the query. `number` is that word's; None: the whole query."""

    word: str
    number: int | None
    factor: int


class Hit(NamedTuple):
    """A found word of a record.

    `record` is a responsibility, unit or figure, and `unit` the unit to which the result leads. `source` is the
    edition with the word. `label` is the phrase, what a figure counts, or a name of the past. `identifier` is a
    figure's.
    """

    group: str
    relation: str
    record: int
    source: int
    unit: int
    parent: int | None
    kind: str
    form: int
    weight: int
    sort_key: bytes
    unit_sort_key: bytes
    label: str
    acronym: str
    value: object
    currency: str
    qualifier: str
    identifier: str


@dataclass(frozen=True)
class Ranking:
    """The best hit of each result, by group, the best first. An answer has a hit for each of its units.

    `replaced` are the numbers of the words for which only similar words were found, `missing` those of the words that nothing
    has. `marked` are the words that a page marks. `is_cut` says that the database had more hits than were ranked.
    """

    results: dict[str, list[list[Hit]]]
    replaced: frozenset[int]
    missing: frozenset[int]
    marked: frozenset[str]
    is_cut: bool = False


def rank(hits: list[Hit], forms: list[Form], words: list[int], *, is_cut=False) -> Ranking:
    """Rank the hits of a query with these `words`, given as their numbers."""
    known = {forms[hit.form].number for hit in hits if forms[hit.form].factor != SIMILAR}
    # A word that was found as typed has no need of similar words.
    is_used = [form.factor != SIMILAR or form.number not in known for form in forms]
    hits = [hit for hit in hits if is_used[hit.form]]
    rarity = _rarity(hits, forms)
    asked = sum(rarity.get(number, _RAREST) for number in words)
    scored = [
        one
        for one in _score(hits, forms, rarity, asked)
        if one.is_named or one.covered * 10 >= asked * _SHARE_OF_QUERY
    ]
    best = max((one.covered for one in scored), default=0)
    best_unit = max((one.covered for one in scored if one.hit.group == UNITS), default=0)
    scored = [
        one
        for one in scored
        if one.covered * 10 >= (best_unit if one.hit.group == UNITS else best) * _SHARE_OF_BEST
    ]
    used = {hit.form for hit in hits} if scored else set()
    numbers = {forms[n].number for n in used}
    return Ranking(
        _in_order(scored),
        replaced=frozenset(forms[n].number for n in used if forms[n].factor == SIMILAR),
        missing=frozenset(words) - numbers if scored else frozenset(),
        marked=frozenset(forms[n].word for n in used if forms[n].number is not None),
        is_cut=is_cut,
    )


class _Scored(NamedTuple):
    """`is_named` tells whether a typed word is the acronym or the whole name of the unit, `is_full` whether all that
    was typed is.
    """

    score: int
    covered: int
    hit: Hit
    is_named: bool
    is_full: bool


def _rarity(hits, forms):
    """Return {number of a word: its rarity} of the found words."""
    frequency = Counter()
    for form, count in Counter(hit.form for hit in hits).items():
        frequency[forms[form].number] += count
    rarity = {number: max(1, _RAREST - (n - 1).bit_length()) for number, n in frequency.items()}
    return rarity | {None: _OF_WHOLE}


def _score(hits, forms, rarity, asked):
    """Yield each record with its score and with the rarity of the words that it covers. A whole name covers all."""
    points, first, named, full = defaultdict(dict), {}, set(), set()
    # The first word for the whole query has all its words.
    of_all = next((place for place, form in enumerate(forms) if form.number is None), None)
    for hit in hits:
        key = hit[:5]
        number, factor = forms[hit.form].number, forms[hit.form].factor
        own = points[key]
        own[number] = max(own.get(number, 0), hit.weight * factor)
        first[key] = hit
        is_whole = factor == AS_TYPED and forms[hit.form].word.startswith(WHOLE)
        if is_whole and hit.group == UNITS:
            named.add(key)
        if hit.form == of_all:
            full.add(key)
    for key, own in points.items():
        score = sum(rarity[number] * one for number, one in own.items())
        covered = asked if None in own else sum(rarity[number] for number in own)
        hit = first[key]
        score *= _BY_RELATION.get(hit.relation, 4)
        yield _Scored(score, covered, hit, is_named=key in named, is_full=key in full)


def _place(one):
    """Return the key of the order: rank, length, alphabet. Of two former names the later one is first."""
    hit = one.hit
    key = hit.sort_key
    return -one.score, len(key), key, hit.unit_sort_key, hit.unit, -hit.source


def _in_order(scored):
    """Return the hits of each result by group. A unit that was found by several names has the best of them.

    A former name that was typed in full is better than the present name, if that is not what was typed.
    """
    results, best = {ANSWERS: {}, UNITS: {}, FIGURES: {}}, {}
    for one in sorted(scored, key=_place):
        group, record = one.hit.group, one.hit.record
        known = results[group].setdefault(record, [])
        if group == ANSWERS or not known:
            known.append(one.hit)
            best[group, record] = one
        elif one.hit.relation == FORMER and one.is_full and not best[group, record].is_full:
            known[0] = one.hit
            best[group, record] = one
    return {group: list(records.values()) for group, records in results.items()}
