"""Writes the index of the public search, in the transaction that writes its records.

The words of an edition are written with the edition and never change, as the edition never changes. So the index
says nothing about time: a search asks which editions are in force. Responsibilities have no editions, so each
change of one writes its words again.

The words of a reference come from another edition: of the figure that a text states, or of the unit that it names.
There are rows for each edition that is in force together with the text, and a search asks for both.
"""

from collections import Counter, defaultdict

from django.db.models import Q

from directorates.actions import locks
from directorates.models import (
    FigureEdition,
    Responsibility,
    SearchTrigram,
    SearchWord,
    UnitEdition,
)
from directorates.queries import overlay, references, referring_texts
from directorates.rules.content import reference_words, text
from directorates.rules.content.reference_words import Facts
from directorates.rules.content.references import write_plain_text, write_rich_text
from directorates.rules.search import spelling, weights, words
from directorates.rules.search.weights import IndexedText
from directorates.rules.structure_rules import FOREVER

BATCH = 2_000
#: The rows of words of references. The keys are compared with zero, so both databases read the indexes of the columns.
_REFERRED = SearchWord.objects.filter(Q(via_figure__gt=0) | Q(via_unit__gt=0))


def add_editions(editions):
    """Write the words of new editions. Kinds of records without a place in the search are left out."""
    _insert([edition for edition in editions if type(edition) in _TEXTS])


def write_references(texts):
    """Write the words of references again in the editions of units that a publication or a withdrawal concerns."""
    if texts:
        _REFERRED.filter(unitedition__in=[edition.pk for edition in texts]).delete()
        _insert_rows(row for rows in _rows_of_references(texts).values() for row in rows)


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
    texts = referring_texts.with_references(UnitEdition.objects.all())
    _insert_rows(row for rows in _rows_of_references(texts).values() for row in rows)
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
    """Yield what rows of the index lack or have too much for the records of one model."""
    field = _field_of(model)
    actual = {}
    columns = ("word", "weight", "in_name", "via_figure", "via_unit")
    referred = {}
    if model is UnitEdition:
        referred = _rows_of_references(referring_texts.with_references(model.objects.all()))
    rows = SearchWord.objects.filter(**{f"{field}__isnull": False})
    for pk, *row in rows.values_list(f"{field}_id", *columns).iterator():
        actual.setdefault(pk, Counter())[tuple(row)] += 1
    for record in model.objects.iterator(chunk_size=BATCH):
        rows = [*_rows_of(record), *referred.get(record.pk, ())]
        expected = Counter(
            (row.word, row.weight, row.in_name, row.via_figure_id, row.via_unit_id) for row in rows
        )
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
    rows = list(rows)
    SearchWord.objects.bulk_create(rows, batch_size=BATCH)
    return {row.word for row in rows if row.in_name}


def _rows_of(record):
    column = f"{_field_of(type(record))}_id"
    found = weights.weigh(_TEXTS[type(record)](record))
    return [
        SearchWord(word=word, weight=one.weight, in_name=one.in_name, **{column: record.pk})
        for word, one in found.items()
    ]


def _rows_of_references(texts):
    """Return {pk of an edition: rows} of the words of references in the texts of editions.

    A word that the text itself has is left out. A withdrawn edition has none.
    """
    found = {one: referring_texts.find_in(one) for one in texts if one.withdrawn_at is None}
    wanted = {one for by_field in found.values() for own in by_field.values() for one in own}
    named = _editions_of(FigureEdition, {one for one in wanted if one.kind == "figure"})
    named |= _editions_of(UnitEdition, {one for one in wanted if one.kind == "unit"})
    return {text.pk: list(_rows_of_text(text, by_field, named)) for text, by_field in found.items()}


def _editions_of(model, wanted):
    """Return {(kind of reference, identifier): editions of the record} of references of one kind."""
    found = defaultdict(list)
    record = model.record_field
    identifiers = {one.identifier for one in wanted}
    if identifiers:
        editions = model.objects.not_withdrawn().filter(
            **{f"{record}__identifier__in": identifiers}
        )
        for edition in editions.select_related(record).order_by("pk"):
            found[record, edition.record.identifier].append(edition)
    return found


def _rows_of_text(text, by_field, named):
    by_edition = defaultdict(list)
    for field, wanted in by_field.items():
        weight = weights.SUMMARY if field in referring_texts.PLAIN_TEXTS else weights.TEXT
        for one in wanted:
            for edition in named.get((one.kind, one.identifier), ()):
                if _last_together(text, edition):
                    indexed = IndexedText(_words_of_reference(one, edition), weight)
                    by_edition[edition].append(indexed)
    own = weights.weigh(_texts_of_unit(text))
    for edition, texts in by_edition.items():
        via = {f"via_{edition.record_field}_id": edition.pk}
        for word, one in weights.weigh(texts).items():
            if word not in own:
                yield SearchWord(
                    word=word, weight=one.weight, in_name=False, unitedition_id=text.pk, **via
                )


def _last_together(one, other):
    """Whether two editions are in force at the same time, at any time."""
    return all(
        begins.effective_from < (ends.effective_until or FOREVER)
        for begins, ends in ((one, other), (other, one))
    )


def _words_of_reference(reference, edition):
    if isinstance(edition, UnitEdition):
        return reference_words.unit_words(reference, references.unit_fact(edition))
    facts = Facts(figures={reference.identifier: references.figure_fact(edition)})
    phrase = reference_words.shown_phrase(reference, facts)
    return phrase.words if phrase else ""


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
        IndexedText(write_plain_text(unit.summary, _own_words), weights.SUMMARY),
        *(IndexedText(line, weights.TEXT) for line in places),
        *(
            IndexedText(text.plain_text(write_rich_text(html, _own_words)), weights.TEXT)
            for html in rich
        ),
    ]


def _own_words(reference, place):
    """Return the words of a reference that no other record changes: what is counted, without its number."""
    if reference.kind == "count":
        return f"{reference.role} {reference.counted} {reference.counted}s"
    return ""


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
