"""The rules of the organization's structure, asked of the database."""

from collections import defaultdict
from dataclasses import replace

from directorates.actions.publishing import referring
from directorates.actions.publishing.editions import (
    Snapshot,
    clean,
    edition_of,
    explain_taken_instant,
)
from directorates.actions.refusals import BrokenRuleError, PublishingError
from directorates.models import UnitEdition
from directorates.models.database.prepared import prepared
from directorates.models.records.governed import GOVERNED, find_governed
from directorates.rules import structure_rules, timeline
from directorates.rules.structure_rules import UnitSpan


def check_structure(*, since):
    violations = find_violations(since=since)
    if violations:
        raise BrokenRuleError(violations)


def find_violations(*, since):
    return structure_rules.find_violations(unit_spans(since=since), since=since)


def unit_spans(*, since):
    """Read the spans that the rules of the structure are checked on: two queries."""
    successors = defaultdict(list)
    for edition_id, unit_id in _successors(since=since):
        successors[edition_id].append(unit_id)
    return [
        UnitSpan(*columns, tuple(successors.get(pk, ())), parent_name or "", outcome)
        for pk, parent_name, *columns, outcome in _rows(since=since)
    ]


@prepared
def _successors(since):
    closed = UnitEdition.objects.active_after(since).filter(is_closed=True)
    named = UnitEdition.successors.through.objects.filter(unitedition__in=closed)
    return named.values_list("unitedition_id", "unit_id")


@prepared
def _rows(since):
    editions = UnitEdition.objects.active_after(since).order_by()
    return editions.values_list(
        "pk", "parent__name", "unit_id", "name", "kind", "slug", "parent_id", "is_closed",
        "effective_from", "effective_until", "outcome",
    )  # fmt: skip


def find_publication_problems(*, records, at, effective_from=None):
    """Return what would stop the publication of these working records together. Writes nothing.

    Each problem is a sentence, or a Violation of a rule of the structure. `effective_from` is as in `publish`.
    """
    problems = list(_find_taken_instants(records, effective_from))
    effective_from = effective_from or at
    for record in records:
        snapshot = Snapshot(record, record.content_values(), {})
        try:
            clean(edition_of(snapshot, effective_from=effective_from))
        except PublishingError as error:
            problems.append(str(error))
    problems += find_unpublished_units(records, effective_from)
    if units := [record for record in records if find_governed(record).is_unit]:
        spans = _spans_if_published(units, effective_from)
        problems += structure_rules.find_violations(spans, since=effective_from)
    problems += referring.find_planned_violations(records, since=effective_from)
    return problems


def _find_taken_instants(records, instant):
    """Yield a sentence for each record that has an edition for this planned instant. One query a kind.

    None is the instant of the publication, which nothing else has taken by then.
    """
    for governed in GOVERNED if instant else ():
        own = {record.pk: record for record in governed.among(records)}
        editions = governed.edition_model.objects.not_withdrawn().of_records(own)
        for edition in editions.filter(effective_from=instant):
            yield explain_taken_instant(own[edition.record_pk], instant)


def find_unpublished_units(records, instant):
    """Yield a sentence for each record whose unit is neither public then nor in `records`. One query a kind."""
    for governed in GOVERNED:
        own = [] if governed.is_unit else governed.among(records)
        if not own:
            continue
        units = {getattr(record, governed.place_id) for record in own}
        in_force = UnitEdition.objects.in_force(instant).filter(unit_id__in=units)
        known = set(in_force.values_list("unit_id", flat=True))
        known |= {record.pk for record in records if find_governed(record).is_unit}
        for record in own:
            if getattr(record, governed.place_id) not in known:
                unit = getattr(record, governed.place)
                yield f"“{record}” belongs to “{unit}”, which is not published by then. Publish the unit first."


def _spans_if_published(units, effective_from):
    """Return the spans as they would be if these working records took effect at `effective_from`."""
    spans = unit_spans(since=effective_from)
    by_unit = defaultdict(list)
    for span in spans:
        by_unit[span.unit_id].append(timeline.Span(span.begins, span.ends, span))
    replaced, added = set(), []
    for unit in units:
        own = by_unit[unit.pk]
        # An edition that begins at the same instant would be refused. The rules see the new one in its place.
        replaced |= {span.key for span in own if span.begins == effective_from}
        new, shortened = timeline.insert(
            [span for span in own if span.begins != effective_from], effective_from
        )
        if shortened:
            added.append(replace(shortened.key, ends=shortened.ends))
            replaced.add(shortened.key)
        added.append(
            UnitSpan(
                unit.pk, unit.name, unit.kind, unit.slug, unit.parent_id, unit.is_closed,
                new.begins, new.ends, tuple(unit.content_relation_ids()["successors"]),
                unit.parent.name if unit.parent else "", unit.outcome,
            )
        )  # fmt: skip
    return [span for span in spans if span not in replaced] + added
