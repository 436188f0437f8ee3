"""The rules for references in texts, asked of the database."""

from directorates.actions.refusals import BrokenRuleError
from directorates.models import FigureEdition, UnitContent, UnitEdition
from directorates.models.records.governed import find_governed
from directorates.queries import references, referring_texts
from directorates.rules import reference_rules, timeline
from directorates.rules.content.references import FigureReference
from directorates.rules.reference_rules import FactSpan, TextSpan
from directorates.rules.timeline import Span


def check_references(records, *, since, texts):
    """Raise BrokenRuleError if a text of these records, or one that names them, breaks a rule after `since`."""
    if violations := find_violations(records, since=since, texts=texts):
        raise BrokenRuleError(violations)


def find_violations(records, *, since, texts):
    """Return the rules of references that these records break after `since`: at most two queries.

    `texts` are the editions that the records concern: `referring_texts.read_concerned`.
    """
    spans = [span for span in _spans_of(texts, (), since) if span.lasts_beyond(since)]
    return _find_violations(records, spans, since, is_planned=False)


def find_planned_violations(records, *, since):
    """Return the rules of references that these records would break, published at `since`: at most four queries.

    One query if no text has a reference.
    """
    units, _ = _by_kind(records)
    editions = UnitEdition.objects.active_after(since)
    # A planned edition shortens another one of its unit, with references or without.
    concerned = referring_texts.naming(editions, records) | editions.filter(unit__in=units)
    return _find_violations(records, _spans_of(concerned, units, since), since, is_planned=True)


def _by_kind(records):
    units = [record for record in records if find_governed(record).is_unit]
    return units, [record for record in records if record not in units]


def _find_violations(records, texts, since, *, is_planned):
    units, figures = _by_kind(records)
    open_texts = [
        (span, found)
        for span in texts
        if not span.key.is_closed and (found := referring_texts.find_in(span.key))
    ]
    wanted = {one for _, found in open_texts for own in found.values() for one in own}
    if not wanted:
        return []
    named = _facts(wanted, units, figures, since, is_planned)
    own = {record.identifier: find_governed(record).is_unit for record in records}
    published = {unit.pk for unit in units}
    spans = [_text_span(span, found, published, own) for span, found in open_texts]
    return reference_rules.find_violations(spans, *named, since=since)


def _text_span(span, found, published, own):
    """Return the references of a text that this publication is about: all of a published unit, else those to it."""
    content = span.key
    texts = {
        (name, _label_of(name)): tuple(
            one
            for one in wanted
            if content.unit_id in published
            or own.get(one.identifier) == (not isinstance(one, FigureReference))
        )
        for name, wanted in found.items()
    }
    return TextSpan(content.unit_id, content.name, span.begins, span.ends, texts)


def _label_of(name):
    return str(UnitContent._meta.get_field(name).verbose_name)


def _facts(wanted, units, figures, since, is_planned):
    """Return ({identifier: FactSpans of figures}, {identifier: FactSpans of units})."""
    is_figure = {True: set(), False: set()}
    for one in wanted:
        is_figure[isinstance(one, FigureReference)].add(one.identifier)
    found = []
    for model, own, identifiers, fact_of in (
        (FigureEdition, figures, is_figure[True], references.figure_fact),
        (UnitEdition, units, is_figure[False], references.unit_fact),
    ):
        record = model.record_field
        editions = model.objects.active_after(since).filter(
            **{f"{record}__identifier__in": identifiers}
        )
        planned = [one for one in own if is_planned and one.identifier in identifiers]
        spans = _spans_of(editions.select_related(record), planned, since) if identifiers else ()
        by_identifier = {}
        for span in spans:
            content = span.key
            named = getattr(content, record, content).identifier
            fact = FactSpan(fact_of(content), span.begins, span.ends)
            by_identifier.setdefault(named, []).append(fact)
        found.append(by_identifier)
    return found


def _spans_of(editions, planned, instant):
    """Return the Spans of editions, with their contents as keys, as if the `planned` records took effect then."""
    by_record = {}
    for edition in editions:
        span = Span(edition.effective_from, edition.effective_until, edition)
        by_record.setdefault(edition.record_pk, []).append(span)
    for record in planned:
        own = [span for span in by_record.get(record.pk, ()) if span.begins != instant]
        new, shortened = timeline.insert(own, instant, record)
        kept = [span for span in own if shortened is None or span.key != shortened.key]
        by_record[record.pk] = [*kept, *filter(None, [shortened]), new]
    return [span for spans in by_record.values() for span in spans]
