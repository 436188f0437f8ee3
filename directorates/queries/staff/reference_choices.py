"""The words in which a text can refer to a record now, and the words of the references that a text has."""

from dataclasses import dataclass, replace

from directorates.models import Figure, Unit
from directorates.queries import references as reading
from directorates.queries import visibility
from directorates.rules.content import references, text
from directorates.rules.content.number_phrases import Form, UnsupportedFormError, claim_words
from directorates.rules.content.reference_words import (
    Facts,
    PlainWriter,
    count_words,
    figure_phrase,
    unit_words,
)
from directorates.rules.content.references import CountReference, FigureReference, UnitReference

#: The digits that the editor offers. A text can have more.
OFFERED_DIGITS = range(1, 5)

NOT_PUBLISHED = "It is not published yet. Publish it before this text, or in the same change set."
CLOSED = "This unit is closed. Name the unit that took over, or write about the past in words."
NO_ACRONYM = "The unit has no acronym. Use its name, or give the unit an acronym."
GONE = "No such record is published."


@dataclass(frozen=True)
class Option:
    """One form of words. With a `problem`, the words are '', and the problem names the nearest true words."""

    reference: references.Reference
    words: str
    problem: str = ""


@dataclass(frozen=True)
class OptionGroup:
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Choices:
    """How a text can refer to one record. `number_groups` are the phrases without what a figure counts."""

    kind: str
    name: str
    groups: tuple[OptionGroup, ...]
    number_groups: tuple[OptionGroup, ...] = ()
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class ReadReference:
    """The words of a reference now, and what it refers to: "the figure workforce"."""

    words: str
    record: str
    problem: str = ""
    note: str = ""


def choices_for(reference, *, user, at) -> Choices | None:
    """Return the forms of words for the record of a reference, with the reference's own form: at most three queries.

    Returns None if the person can see no such record.
    """
    wanted = {reference, UnitReference(reference.identifier)}
    if isinstance(reference, CountReference):
        wanted |= {
            CountReference(counted, reference.identifier, role)
            for counted in references.COUNTED
            for role in ("", *references.ROLES)
        }
    facts, is_draft = _read(wanted, user, at)
    match reference:
        case FigureReference():
            fact = facts.figures.get(reference.identifier)
            return fact and _figure_choices(reference, fact, is_draft)
        case UnitReference():
            fact = facts.units.get(reference.identifier)
            return fact and _unit_choices(reference, fact, is_draft)
    above = facts.units.get(reference.identifier)
    return above and _count_choices(reference, above, facts)


def read_references(wanted, *, user, at) -> dict[references.Reference, ReadReference]:
    """Return the words of references now, each by itself: at most three queries."""
    counted = {UnitReference(one.identifier) for one in wanted if isinstance(one, CountReference)}
    facts, is_draft = _read({*wanted, *counted}, user, at)
    return {one: _read_one(one, facts, is_draft) for one in wanted}


def read_plain_text(words, *, user, at):
    """Return (a plain text as readers read it now, its problems in sentences): at most three queries."""
    wanted = references.find_in_plain_text(words)
    facts, is_draft = _read(wanted, user, at)
    read = (_read_one(one, facts, is_draft) for one in dict.fromkeys(wanted))
    problems = [one.problem or one.note for one in read if one.problem or one.note]
    problems += references.find_token_problems(words)
    return references.write_plain_text(words, PlainWriter(facts)), problems


# Figures


def _figure_choices(reference, fact, is_draft):
    plain, number = (_figure_groups(reference, fact, is_number=one) for one in (False, True))
    has_noun = bool(fact.claim.counts) and not fact.claim.currency
    return Choices(
        kind="figure",
        name=text.capitalized(claim_words(fact.claim)),
        groups=plain,
        number_groups=number if has_noun else (),
        note=NOT_PUBLISHED if is_draft(reference) else "",
    )


def _figure_groups(chosen, fact, *, is_number):
    return tuple(
        OptionGroup(text.capitalized(form.words), _figure_options(chosen, fact, form, is_number))
        for form in Form
    )


def _figure_options(chosen, fact, form, is_number):
    """Return the different true phrases of a form, or the reason why there is none. The chosen form is among them."""
    references_of_form = [
        FigureReference(chosen.identifier, form, digits, is_number)
        for digits in (OFFERED_DIGITS if form.rounds else (None,))
    ]
    if chosen.form is form and chosen not in references_of_form:
        references_of_form.append(replace(chosen, is_number=is_number))
    options = [_figure_option(one, fact) for one in references_of_form]
    # The first with its words, but of two ways to the same words the chosen one.
    by_words = {option.words: option for option in reversed(options) if option.words}
    kept = [*reversed(by_words.values())] or options[:1]
    own = next((option for option in options if option.reference == chosen), None)
    if own is None or own in kept:
        return tuple(kept)
    return (*(option for option in kept if option.words != own.words), own)


def _figure_option(reference, fact):
    try:
        return Option(reference, figure_phrase(reference, fact).words)
    except UnsupportedFormError as error:
        return Option(reference, "", _refusal(error))


def _refusal(error):
    nearest = f" Nearest: “{error.nearest.words}”." if error.nearest else ""
    return f"{text.capitalized(error.reason)}.{nearest}"


# Units and their numbers


def _unit_choices(reference, fact, is_draft):
    options = [
        Option(one, *_unit_option(one, fact))
        for one in (replace(reference, words=words) for words in references.UNIT_WORDS)
        if one.words != references.NAME_AND_ACRONYM or fact.acronym or one == reference
    ]
    return Choices(
        kind="unit",
        name=fact.name,
        groups=(OptionGroup("Words", tuple(options)),),
        problem=CLOSED if fact.is_closed else "",
        note=NOT_PUBLISHED if is_draft(reference) else "",
    )


def _unit_option(reference, fact):
    if reference.words == references.ACRONYM and not fact.acronym:
        return "", NO_ACRONYM
    return unit_words(reference, fact), ""


def _count_choices(reference, above, facts):
    groups = []
    for counted in references.COUNTED:
        found = [
            Option(one, count_words(one, number))
            for one, number in facts.counts.items()
            if one.counted == counted and (number or one == reference)
        ]
        found.sort(key=lambda option: ("", *references.ROLES).index(option.reference.role))
        if found:
            groups.append(OptionGroup(f"{counted.capitalize()}s", tuple(found)))
    return Choices(
        kind="count",
        name=f"Number of units of {above.name}",
        groups=tuple(groups),
        problem="" if groups else "It has no open units below it, or is not published.",
    )


# Reading


def _read(wanted, user, at):
    """Return (the facts in force and those of drafts that a person may see, whether a fact is a draft's)."""
    facts = reading.read(wanted, at=at)
    missing = [one for one in wanted if not facts.has(one)]
    drafts = Facts(
        figures=_drafts(Figure, FigureReference, missing, user, reading.figure_fact),
        units=_drafts(Unit, UnitReference, missing, user, reading.unit_fact),
    )
    return facts | drafts, drafts.has


def _drafts(model, kind, missing, user, fact_of):
    identifiers = {one.identifier for one in missing if isinstance(one, kind)}
    if not identifiers or not visibility.can_see(user, model):
        return {}
    return {
        one.identifier: fact_of(one) for one in model.objects.filter(identifier__in=identifiers)
    }


def _read_one(reference, facts, is_draft):
    words = PlainWriter(facts)(reference, references.Place(begins_sentence=False))
    return ReadReference(
        words=words,
        record=_record_of(reference, facts),
        problem=_find_problem(reference, facts),
        note=NOT_PUBLISHED if is_draft(reference) else "",
    )


def _find_problem(reference, facts):
    if not facts.has(reference):
        return f"{text.capitalized(references.description_of(reference))}: no such record is published."
    if isinstance(reference, FigureReference):
        return _figure_option(reference, facts.figures[reference.identifier]).problem
    if isinstance(reference, UnitReference):
        fact = facts.units[reference.identifier]
        return CLOSED if fact.is_closed else _unit_option(reference, fact)[1]
    return ""


def _record_of(reference, facts):
    unit = facts.units.get(reference.identifier)
    name = unit.name if unit else reference.identifier
    match reference:
        case FigureReference():
            return f"the figure {reference.identifier}"
        case UnitReference():
            return f"the unit {name}"
    counted = " ".join(filter(None, (reference.role, f"{reference.counted}s")))
    return f"the number of {counted} of {name}"
