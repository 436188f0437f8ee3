"""Writes the index of the public search, in the transaction that writes its records.

The words of an edition are written with the edition and never change, as the edition never changes. So the index
says nothing about time: a search asks which editions are in force. Responsibilities have no editions, so each
change of one writes its words again.
"""

from collections import Counter

from directorates.actions import locks
from directorates.models import (
    FigureEdition,
    Responsibility,
    SearchTrigram,
    SearchWord,
    UnitEdition,
)
from directorates.queries import overlay
from directorates.rules.content import text
from directorates.rules.search import spelling, weights, words
from directorates.rules.search.weights import IndexedText

BATCH = 2_000


def add_editions(editions):
    """Write the words of new editions. Kinds of records without a place in the search are left out."""
    _insert([edition for edition in editions if type(edition) in _TEXTS])


def write_responsibilities(responsibilities):
    """Write the words of new or changed responsibilities."""
    forgotten = _take_words(responsibilities)
    _insert(responsibilities)
    _remove_trigrams(forgotten)


def forget_responsibility(responsibility):
    """Remove the words of a responsibility before it is deleted."""
    _remove_trigrams(_take_words([responsibility]))


@locks.atomic
def rebuild():
    """Write the whole index from the records, and return the number of its words. Publications wait meanwhile."""
    locks.publications()
    SearchWord.objects.all().delete()
    SearchTrigram.objects.all().delete()
    for model in _TEXTS:
        _insert(model.objects.order_by("pk").iterator(chunk_size=BATCH))
    return SearchWord.objects.count()


def find_differences():
    """Return sentences about the differences between the index and the records; () if there are none."""
    with overlay.reading():
        return tuple(sorted(_differences()))


def _differences():
    for model in _TEXTS:
        yield from _differences_of(model)
    names = SearchWord.objects.filter(in_name=True).values_list("word", flat=True).distinct()
    expected = {pair for word in names.iterator() for pair in _trigrams_of(word)}
    actual = set(SearchTrigram.objects.values_list("trigram", "word"))
    for trigram, word in expected - actual:
        yield f"“{word}” lacks the trigram “{trigram}”."
    for trigram, word in actual - expected:
        yield f"“{word}” has the trigram “{trigram}”, but is in no name."


def _differences_of(model):
    field = _field_of(model)
    actual = {}
    columns = ("word", "weight", "in_name")
    rows = SearchWord.objects.filter(**{f"{field}__isnull": False})
    for pk, *row in rows.values_list(f"{field}_id", *columns).iterator():
        actual.setdefault(pk, Counter())[tuple(row)] += 1
    for record in model.objects.iterator(chunk_size=BATCH):
        expected = Counter((row.word, row.weight, row.in_name) for row in _rows_of(record))
        known = actual.pop(record.pk, Counter())
        for word, *_ in sorted(expected - known):
            yield f"The {model._meta.verbose_name} {record.pk} lacks the word “{word}”."
        for word, *_ in sorted(known - expected):
            yield f"The {model._meta.verbose_name} {record.pk} has the word “{word}” too much."


# Rows


def _insert(records):
    rows, names = [], set()
    for record in records:
        rows += _rows_of(record)
        if len(rows) >= BATCH:
            names |= _insert_rows(rows)
            rows = []
    names |= _insert_rows(rows)
    pairs = [
        SearchTrigram(trigram=t, word=w) for name in sorted(names) for t, w in _trigrams_of(name)
    ]
    SearchTrigram.objects.bulk_create(pairs, ignore_conflicts=True, batch_size=BATCH)


def _insert_rows(rows):
    SearchWord.objects.bulk_create(rows, batch_size=BATCH)
    return {row.word for row in rows if row.in_name}


def _rows_of(record):
    column = f"{_field_of(type(record))}_id"
    found = weights.weigh(_TEXTS[type(record)](record))
    return [
        SearchWord(word=word, weight=one.weight, in_name=one.in_name, **{column: record.pk})
        for word, one in found.items()
    ]


def _trigrams_of(word):
    """Return (trigram, word) of a word that a person may have misspelled."""
    if len(word) < spelling.SHORTEST or word.startswith(words.WHOLE):
        return []
    return [(trigram, word) for trigram in spelling.trigrams(word)]


def _take_words(responsibilities):
    """Remove the words of responsibilities; return those in names."""
    rows = SearchWord.objects.filter(responsibility__in=[one.pk for one in responsibilities])
    names = set(rows.filter(in_name=True).values_list("word", flat=True))
    rows.delete()
    return names


def _remove_trigrams(names):
    """Remove the trigrams of words that no name has any more."""
    kept = SearchWord.objects.filter(word__in=names, in_name=True).values_list("word", flat=True)
    if gone := names - set(kept):
        SearchTrigram.objects.filter(word__in=gone).delete()


# Texts


def _texts_of_unit(unit):
    lines = (unit.head_title, unit.head_name, unit.link_label)
    places = (unit.address_locality, unit.address_region, unit.statutory_authority)
    rich = (unit.overview, unit.body)
    return [
        IndexedText(
            unit.acronym, weights.ACRONYM, weights.WHOLE_ACRONYM, in_name=True, is_acronym=True
        ),
        IndexedText(unit.name, weights.NAME, weights.WHOLE_NAME, in_name=True),
        *(IndexedText(line, weights.HEAD) for line in lines),
        IndexedText(unit.summary, weights.SUMMARY),
        *(IndexedText(line, weights.TEXT) for line in places),
        *(IndexedText(text.plain_text(html), weights.TEXT) for html in rich),
    ]


def _texts_of_figure(figure):
    return [
        IndexedText(figure.counts, weights.COUNTS, weights.WHOLE_SYNONYM, in_name=True),
        IndexedText(figure.source, weights.TEXT),
    ]


def _texts_of_responsibility(responsibility):
    return [
        IndexedText(responsibility.phrase, weights.PHRASE, weights.WHOLE_NAME, in_name=True),
        *(
            IndexedText(line, weights.SYNONYM, weights.WHOLE_SYNONYM, in_name=True)
            for line in responsibility.synonyms
        ),
    ]


#: The records with a place in the search, and their texts.
_TEXTS = {
    UnitEdition: _texts_of_unit,
    FigureEdition: _texts_of_figure,
    Responsibility: _texts_of_responsibility,
}


def _field_of(model):
    return model._meta.model_name
