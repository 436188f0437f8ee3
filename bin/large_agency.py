"""Grows an agency to thousands of units with many editions each, in seconds and without actions.

The rows are the same as from actions: timelines have no gaps. Drafts equal their edition in force, unless they
are marked as changed.
"""

from datetime import timedelta

from django.db import connection

from directorates.models import (
    AuditEntry,
    ChangeSet,
    Figure,
    FigureEdition,
    Responsibility,
    Unit,
    UnitEdition,
)

DAY = timedelta(days=1)
EDITIONS_OF_A_UNIT = 10
#: One in this many units has unpublished changes, and another one a scheduled edition.
CHANGED, SCHEDULED = 3, 5

TEXT = "<p>The office counts <a href='/about/'>imaginary things</a> and files what it finds.</p>"


def grow(*, places, user, at, units, figures=2_000, sets=500, responsibilities=1_000):
    """Add units below `places` in turn, with editions and history, until there are `units`."""
    made_sets = _make_sets(sets, user, at)
    made_responsibilities = Responsibility.objects.bulk_create(
        Responsibility(phrase=f"Matter of size {number}") for number in range(responsibilities)
    )
    number_of_units = units - Unit.objects.count()
    made = Unit.objects.bulk_create(
        [_unit(number, places, user, at) for number in range(number_of_units)], batch_size=500
    )
    _make_editions(made, made_sets, at)
    _link(made, made_responsibilities)
    _make_figures(figures, [*places, *made], at)
    log(places[0], user, at, entries=500)
    if connection.vendor == "postgresql":
        # Autovacuum does this within a minute. Until then the planner may assume empty tables.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _unit(number, places, user, at):
    return Unit(
        identifier=f"grown-{number}",
        kind="directorate" if number < 30 else "office",
        parent=places[number % len(places)],
        position=number,
        name=f"Office of Grown Things {number}",
        slug=f"grown-{number}",
        summary=f"A fictional office, number {number}, that looks after things that were grown.",
        overview=TEXT * 3,
        body=TEXT * 5,
        # Few units are on the overview page, because staff set its order by hand.
        is_on_overview=number < 40,
        version=1,
        saved_at=at,
        saved_by=user,
        has_unpublished_changes=number % CHANGED == 0,
    )


def _make_editions(units, sets, at):
    """Make each unit's last edition, and let the database copy it into the earlier editions."""
    UnitEdition.objects.bulk_create(
        [_last_edition(unit, sets, at) for unit in units], batch_size=500
    )
    columns = [
        field.column
        for field in UnitEdition._meta.concrete_fields
        if field.name not in ("id", "number", "effective_from", "effective_until", "name")
    ]
    copied = ", ".join(columns)
    with connection.cursor() as cursor:
        for number in range(1, EDITIONS_OF_A_UNIT):
            begins = at - (EDITIONS_OF_A_UNIT - number + 1) * DAY
            # The edition before a scheduled edition lasts until the scheduled one begins.
            before_last = number == EDITIONS_OF_A_UNIT - 1
            ends = "last.effective_from" if before_last else "%s"
            parameters = [number, begins] + ([] if before_last else [begins + DAY])
            cursor.execute(
                f"INSERT INTO {UnitEdition._meta.db_table}"
                f" (number, effective_from, effective_until, name, {copied})"
                f" SELECT %s, %s, {ends}, name || %s, {copied}"
                f" FROM {UnitEdition._meta.db_table} AS last"
                " WHERE number = %s AND slug LIKE 'grown-%%'",
                [*parameters, f", as of {number}", EDITIONS_OF_A_UNIT],
            )


def _last_edition(unit, sets, at):
    is_scheduled = unit.position % SCHEDULED == 0
    return UnitEdition(
        unit=unit,
        number=EDITIONS_OF_A_UNIT,
        effective_from=at + 30 * DAY if is_scheduled else at - DAY,
        approved_at=at - 20 * DAY,
        change_set=sets[unit.position % len(sets)],
        **unit.content_values(),
    )


def _make_sets(number, user, at):
    State = ChangeSet.State
    return ChangeSet.objects.bulk_create(
        ChangeSet(
            title=f"Change number {n}",
            state=state,
            author=user,
            created_at=at,
            approved_at=at if state == State.APPROVED else None,
            effective_from=at if state == State.APPROVED else None,
        )
        for n in range(number)
        for state in [(State.APPROVED, State.OPEN, State.IN_REVIEW, State.RETURNED)[n % 4]]
    )


def _link(units, responsibilities):
    for model, rows in ((Unit, units), (UnitEdition, _in_force_of(units))):
        through = model.responsibilities.through
        column = f"{model._meta.model_name}_id"
        through.objects.bulk_create(
            [
                through(
                    **{column: row.pk},
                    responsibility_id=responsibilities[row.position % len(responsibilities)].pk,
                )
                for row in rows
            ],
            batch_size=2000,
        )


def _in_force_of(units):
    return UnitEdition.objects.filter(
        number=EDITIONS_OF_A_UNIT - 1, slug__startswith="grown-"
    ).only("pk", "position")


def _make_figures(number, units, at):
    figures = Figure.objects.bulk_create(
        Figure(
            identifier=f"grown-figure-{n}",
            unit=units[n % len(units)],
            position=n,
            value=n,
            counts="grown things",
            source="Invented to be measured",
            has_unpublished_changes=n % CHANGED == 0,
            saved_at=at,
        )
        for n in range(number)
    )
    FigureEdition.objects.bulk_create(
        FigureEdition(
            figure=figure,
            number=1,
            effective_from=at - DAY,
            approved_at=at - DAY,
            **figure.content_values(),
        )
        for figure in figures
    )


def log(unit, user, at, *, entries):
    """Make the history of one unit."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            at=at,
            by=user,
            by_name=str(user),
            action="change",
            record_model=unit._meta.label_lower,
            record_pk=str(unit.pk),
            record_label=str(unit),
            search_text=str(unit).lower(),
        )
        for _ in range(entries)
    )
