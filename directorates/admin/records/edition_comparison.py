"""Comparison of an edition with the draft, the edition in force, or any other edition of its record."""

from dataclasses import dataclass

from django.http import Http404

from directorates.admin.wording import (
    content_of,
    labeled_differences,
    short_day,
)
from directorates.queries import referring_texts
from directorates.queries.differences import LabeledDifference

DRAFT = "draft"
IN_FORCE = "in-force"
THIS_EDITION = "This version"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class EditionComparison:
    title: str
    #: The headings of the two sides; the earlier side is first.
    before: str
    after: str
    differences: list[LabeledDifference]
    choices: list[Choice]
    is_with_draft: bool


def compare_edition(edition, *, record, editions, chosen, at):
    """Compare an edition with the chosen side: DRAFT, IN_FORCE or the number of another edition.

    `editions` are the record's editions, read with their content. Two queries for any number of editions;
    comparison with another edition adds the queries for its content, and references in texts one more. Raises Http404 if the side does not exist.
    """
    choices = _choices(edition, editions, chosen, at)
    if not any(choice.is_chosen for choice in choices):
        raise Http404("There is no such published version to compare with.")
    if chosen == DRAFT:
        title, name, other = "the draft as it is now", "The draft", record
    elif chosen == IN_FORCE:
        title, name = "what is in force now", "In force now"
        other = editions.in_force(at).get()
    else:
        title, name = f"published version {chosen}", f"Published version {chosen}"
        other = editions.get(number=int(chosen))
    sides = [(THIS_EDITION, edition), (name, other)]
    if chosen != DRAFT:
        sides.sort(key=lambda side: (side[1].effective_from, side[1].number))
    (before, earlier), (after, later) = sides
    return EditionComparison(
        title=f"Compared with {title}",
        before=before,
        after=after,
        differences=labeled_differences(
            record.content_class,
            content_of(earlier),
            content_of(later),
            facts=referring_texts.read_for([earlier, later], at=at),
        ),
        choices=choices,
        is_with_draft=chosen == DRAFT,
    )


def _choices(edition, editions, chosen, at):
    labels = {DRAFT: "the draft"}
    if editions.in_force(at).exists():
        labels[IN_FORCE] = "what is in force now"
    others = editions.exclude(pk=edition.pk).order_by("-number")
    columns = ("number", "effective_from", "beginning_is_known", "withdrawn_at")
    for number, effective_from, is_known, withdrawn_at in others.values_list(*columns):
        since = f"from {short_day(effective_from)}" if is_known else "from an unknown day"
        withdrawn = ", withdrawn" if withdrawn_at else ""
        labels[str(number)] = f"published version {number}, {since}{withdrawn}"
    return [Choice(value, label, value == chosen) for value, label in labels.items()]
