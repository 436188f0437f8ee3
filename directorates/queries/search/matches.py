"""Finds what has the words of a query among the editions that `visibility` shows. Both databases find the same."""

from collections import defaultdict
from datetime import datetime

from django.db import connection
from django.db.models import Count, F

from directorates.models import Responsibility, SearchTrigram, SearchWord, UnitEdition
from directorates.queries import visibility
from directorates.queries.search.asking import Query
from directorates.rules.search import ranking, spelling
from directorates.rules.search.ranking import Form, Hit, Ranking
from directorates.rules.search.words import LIGHT_WORDS, WHOLE

#: A word with more rows than this in the index is left out of a query with rarer words.
MANY_ROWS = 600
#: The most found words that are ranked: those with the most weight. For one word they are the best results.
MOST_HITS = 600

_UNIT = ("id", "unit_id", "parent_id", "kind", "name", "acronym", "sort_key", "is_closed")
_FIGURE = ("id", "figure_id", "unit_id", "counts", "value", "currency", "qualifier", "identifier")  # fmt: skip
_TABLES = {
    "responsibilities": Responsibility._meta.db_table,
    "handled": UnitEdition.responsibilities.through._meta.db_table,
    "successors": UnitEdition.successors.through._meta.db_table,
}
#: What the public sees now. Figures come first, because PostgreSQL takes the types of the columns from them.
_PRESENT = """
    SELECT 'figures' AS hit_group, '' AS relation, figure.figure_id AS record, figure.id AS source, unit.unit_id,
        unit.parent_id, unit.kind, form, weight, unit.sort_key AS sort_key, unit.sort_key AS unit_sort_key,
        figure.counts AS label, '' AS acronym, figure.value, figure.currency, figure.qualifier, figure.identifier
    FROM known JOIN figure ON figure.id = known.figureedition_id
    JOIN force AS unit ON unit.unit_id = figure.unit_id AND NOT unit.is_closed
    UNION ALL
    SELECT 'answers', '', matter.id, matter.id, unit.unit_id, unit.parent_id, unit.kind, form, weight,
        matter.sort_key, unit.sort_key, matter.phrase, '', NULL, '', '', ''
    FROM known JOIN {responsibilities} AS matter ON matter.id = known.responsibility_id
    JOIN {handled} AS handled ON handled.responsibility_id = matter.id
    JOIN force AS unit ON unit.id = handled.unitedition_id AND NOT unit.is_closed
    UNION ALL
    SELECT 'units', 'itself', unit.unit_id, unit.id, unit.unit_id, unit.parent_id, unit.kind, form, weight,
        unit.sort_key, unit.sort_key, '', '', NULL, '', '', ''
    FROM known JOIN force AS unit ON unit.id = known.unitedition_id AND NOT unit.is_closed
"""
#: Names of the past: former names of units, names of closed units, and these again for their successors.
_PAST = """
    UNION ALL
    SELECT 'units', 'former', unit.unit_id, past.id, unit.unit_id, unit.parent_id, unit.kind, form, weight,
        unit.sort_key, unit.sort_key, past.name, past.acronym, NULL, '', '', ''
    FROM known JOIN past ON past.id = known.unitedition_id
    JOIN force AS unit ON unit.unit_id = past.unit_id AND unit.id <> past.id
        AND (unit.sort_key <> past.sort_key OR unit.acronym <> past.acronym)
    WHERE known.in_name
    UNION ALL
    SELECT 'units', 'predecessor', unit.unit_id, closed.id, unit.unit_id, unit.parent_id, unit.kind, form, weight,
        unit.sort_key, unit.sort_key, closed.name, closed.acronym, NULL, '', '', ''
    FROM known JOIN force AS closed ON closed.id = known.unitedition_id AND closed.is_closed
    JOIN {successors} AS named ON named.unitedition_id = closed.id
    JOIN force AS unit ON unit.unit_id = named.unit_id AND NOT unit.is_closed
    WHERE known.in_name
    UNION ALL
    SELECT 'units', 'closed', unit.unit_id, unit.id, unit.unit_id, unit.parent_id, unit.kind, form, weight,
        unit.sort_key, unit.sort_key, '', '', NULL, '', '', ''
    FROM known JOIN force AS unit ON unit.id = known.unitedition_id AND unit.is_closed
    WHERE known.in_name
"""


_HITS = """
WITH asked(word, form) AS (VALUES {asked}),
force AS NOT MATERIALIZED ({force}),
past AS NOT MATERIALIZED ({past}),
figure AS NOT MATERIALIZED ({figure}),
known AS (
    SELECT row.unitedition_id, row.figureedition_id, row.responsibility_id, row.in_name, asked.form, row.weight
    FROM asked JOIN {words} AS row ON row.word = asked.word
    -- The words of a reference are in the text while the record has them.
    WHERE (row.via_figure_id IS NULL OR EXISTS (SELECT 1 FROM figure AS via WHERE via.id = row.via_figure_id))
        AND (row.via_unit_id IS NULL OR EXISTS (SELECT 1 FROM force AS via WHERE via.id = row.via_unit_id))
)
SELECT * FROM ({branches}) AS hit ORDER BY weight DESC, LENGTH(sort_key), sort_key, record, source LIMIT {most_hits}
"""
_SHARED = """
WITH asked(trigram, number) AS (VALUES {asked})
SELECT number, word, COUNT(*) FROM asked JOIN {trigrams} AS known ON known.trigram = asked.trigram
GROUP BY number, word HAVING COUNT(*) >= CASE number {least} END
"""


def find(query: Query, *, at: datetime, with_past=True) -> Ranking:
    """Return what has the words of the query at `at`, the best first: at most three queries.

    With `with_past`, units are found by former names, and closed units by their names.
    """
    words = _forms_of(query)
    telling = _without_common(words)
    forms = [
        Form(form, number, factor) for number in telling for form, factor in words[number].items()
    ]
    forms += [Form(whole, None, ranking.AS_TYPED) for whole in query.whole]
    # A word for any unit, like “office”, is in thousands of former names.
    hits = _find_hits(forms, at, with_past=with_past and not query.is_light)
    return ranking.rank(hits, forms, telling, is_cut=len(hits) == MOST_HITS)


def _forms_of(query):
    """Return the forms of each word of a query with their factors: at most one query."""
    similar = _find_similar([word.forms[0] for word in query.asked])
    return [
        dict.fromkeys(similar.get(word.forms[0], ()), ranking.SIMILAR)
        | dict.fromkeys(word.joined, ranking.JOINED)
        | dict.fromkeys(word.forms, ranking.AS_TYPED)
        # An acronym, or a name of one word, weighs more than the same word in a long name.
        | dict.fromkeys((f"{WHOLE}{form}" for form in word.forms), ranking.AS_TYPED)
        for word in query.asked
    ]


def _find_similar(words):
    """Return {word: similar words of the index} of the words that are long enough.

    A word of questions, like “contact”, is no misspelling of another one.
    """
    words = [word for word in words if len(word) >= spelling.SHORTEST and word not in LIGHT_WORDS]
    if not words:
        return {}
    asked, least = [], []
    for number, word in enumerate(words):
        asked += [(trigram, number) for trigram in spelling.asked_trigrams(word)]
        least.append(f"WHEN {number} THEN {spelling.least_shared(word)}")
    sql = _SHARED.format(
        asked=_marks(asked), trigrams=SearchTrigram._meta.db_table, least=" ".join(least)
    )
    shared = defaultdict(list)
    for number, word, count in _ask(sql, [value for pair in asked for value in pair]):
        shared[number].append((word, count))
    return {word: spelling.find_similar(word, shared[n]) for n, word in enumerate(words)}


def _without_common(words):
    """Return the numbers of the words that the search uses: one query.

    A word in many records is left out if the query has a rarer one. If all are common, the rarest is used.
    """
    forms = {form for own in words for form in own}
    rows = SearchWord.objects.filter(word__in=forms).values_list("word").annotate(Count("pk"))
    counts = dict(rows)
    frequency = [sum(counts.get(form, 0) for form in own) for own in words]
    used = [number for number, count in enumerate(frequency) if count <= MANY_ROWS]
    if not any(frequency[number] for number in used):
        common = set(range(len(words))) - set(used)
        used += sorted(common, key=lambda number: (frequency[number], number))[:1]
    return used


def _find_hits(forms, at, *, with_past):
    asked = [(form.word, place) for place, form in enumerate(forms)]
    parameters = [value for pair in asked for value in pair]

    def rows(queryset, columns):
        sql, own = queryset.order_by().values(*columns).query.sql_with_params()
        parameters.extend(own)
        return sql

    figures = visibility.public_figures(at).annotate(identifier=F("figure__identifier"))
    sql = _HITS.format(
        asked=_marks(asked),
        force=rows(visibility.public_units(at), _UNIT),
        past=rows(visibility.public_unit_history(at), _UNIT),
        figure=rows(figures, _FIGURE),
        words=SearchWord._meta.db_table,
        most_hits=MOST_HITS,
        branches=(_PRESENT + (_PAST if with_past else "")).format(**_TABLES),
    )
    return list(map(Hit._make, _ask(sql, parameters)))


def _ask(sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _marks(rows):
    """Return the placeholders of rows for VALUES."""
    return ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
