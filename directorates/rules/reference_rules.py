"""The rules for references in texts at every instant. Pure: spans in, violations out.

- A figure that a text states is in force, and supports the form in which the text states it.
- A unit that a text names, or of which it counts the units, is published and open.
- A unit that a text names by its acronym has one.

The texts of closed units keep these rules only until the unit closes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from directorates.rules import date_rules, local_time
from directorates.rules.content import references
from directorates.rules.content.number_phrases import UnsupportedFormError
from directorates.rules.content.reference_words import FigureFact, UnitFact, figure_phrase
from directorates.rules.content.references import CountReference, FigureReference, Reference
from directorates.rules.structure_rules import FOREVER, Violation


@dataclass(frozen=True)
class TextSpan:
    """The references in a unit's texts, {(field, its label): references}, while an edition is in force."""

    unit_id: int
    name: str
    begins: datetime
    ends: datetime | None
    texts: Mapping[tuple[str, str], tuple[Reference, ...]]


@dataclass(frozen=True)
class FactSpan:
    """What an edition says of a figure or a unit, while it is in force."""

    fact: FigureFact | UnitFact
    begins: datetime
    ends: datetime | None

    def is_in_force(self, at):
        return self.begins <= at < (self.ends or FOREVER)


def find_violations(
    texts: Iterable[TextSpan],
    figures: Mapping[str, list[FactSpan]],
    units: Mapping[str, list[FactSpan]],
    *,
    since: datetime,
) -> list[Violation]:
    """Return the first violation of each reference at `since` or later. Figures and units by their identifiers."""
    found = {}
    for text in sorted(texts, key=lambda span: (span.begins, span.unit_id)):
        for (field, label), wanted in text.texts.items():
            for reference in dict.fromkeys(wanted):
                is_figure = isinstance(reference, FigureReference)
                spans = (figures if is_figure else units).get(reference.identifier, ())
                problem = _first_problem(reference, text, spans, since)
                if problem:
                    at, words = problem
                    day = date_rules.write_day(local_time.day_of(at))
                    message = f"“{text.name}”, {label}: from {day}, the text {words}"
                    violation = Violation(text.unit_id, field, at, message)
                    found.setdefault((text.unit_id, field, reference), violation)
    return list(found.values())


def _first_problem(reference, text, spans, since):
    """Return (instant, what is wrong) of the first instant at which a reference breaks a rule, or None."""
    begins, ends = max(text.begins, since), text.ends or FOREVER
    changes = {instant for span in spans for instant in (span.begins, span.ends) if instant}
    for at in sorted({begins, *(one for one in changes if begins < one < ends)}):
        fact = next((span.fact for span in spans if span.is_in_force(at)), None)
        if begins < ends and (words := find_problem(reference, fact)):
            return at, words
    return None


def find_problem(reference, fact):
    """Return what is wrong with a reference and what to do, after “the text …”; '' if nothing is wrong.

    `fact` is what is in force of the record, or None.
    """
    if isinstance(reference, FigureReference):
        return _find_figure_problem(reference, fact)
    if fact is None:
        return (
            f"names the unit “{reference.identifier}”, which is not published then."
            " Publish that unit first, or take it out of the text."
        )
    if fact.is_closed:
        does = "counts the units of" if isinstance(reference, CountReference) else "names"
        return (
            f"{does} “{fact.name}”, which is closed then. Change the text in the same change set:"
            " name the unit that took over, or take it out."
        )
    if getattr(reference, "words", "") == references.ACRONYM and not fact.acronym:
        return (
            f"names “{fact.name}” by its acronym, and it has none then."
            " Let the text give the name instead, or give the unit an acronym."
        )
    return ""


def _find_figure_problem(reference, fact):
    if fact is None:
        return (
            f"states the figure “{reference.identifier}”, which is not published then."
            " Publish that figure first, or take it out of the text."
        )
    try:
        figure_phrase(reference, fact)
    except UnsupportedFormError as error:
        instead = f" Write “{error.nearest.words}” there instead." if error.nearest else ""
        return (
            f"states the figure “{reference.identifier}” as “{reference.form.words}”, but"
            f" {error.reason}.{instead} Change the text in the same change set."
        )
    return ""
