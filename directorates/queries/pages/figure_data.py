"""The figures for programs and spreadsheets: all of them, and each with its history. Plain values, no phrases."""

from datetime import datetime

from directorates.models import FigureEdition, figure_url
from directorates.queries import visibility
from directorates.queries.pages import figure_list, figure_page, key_facts
from directorates.queries.pages.page_parts import unit_link
from directorates.rules.content.number_phrases import number_of
from directorates.rules.local_time import day_of

#: The columns of the tables, in order.
FIGURE = ("figure", "url")
UNIT = ("unit", "unit_acronym", "unit_url", "unit_is_closed")
STATED = ("qualifier", "value", "currency", "counts", "as_of", "source", "source_url")
PUBLISHED = ("in_force_from", "reviewed_on")
VERSION = ("version", "in_force_from", "in_force_until", "is_withheld")
LIST_COLUMNS = (*FIGURE, *UNIT, *STATED, *PUBLISHED)
HISTORY_COLUMNS = (*VERSION, *STATED, "change_note")


def of_all(*, at: datetime, origin) -> list[dict]:
    """Return {column of LIST_COLUMNS: value} of every figure in force at `at`: four queries.

    `origin` is the scheme and host of addresses. Days are those of the current time zone.
    """
    places = figure_list.rows_in_order(at=at)
    listed = visibility.with_last_review(visibility.listed_figures(at), at=at)
    figures = {figure.pk: figure for figure in listed.select_related("figure")}
    columns = ("unit_id", "kind", "slug", "name", "acronym", "is_closed")
    units = {unit.unit_id: unit for unit in visibility.public_units(at).only(*columns)}
    return [_row_of(figures[row.pk], units[row.unit_id], origin) for row in places]


def of_one(edition: FigureEdition, *, at: datetime, origin) -> dict:
    """Return the figure of an edition of `visibility.find_figure`, with its unit and its versions: two queries.

    Each of the `versions`, newest first, has the HISTORY_COLUMNS.
    """
    unit = visibility.public_units(at).get(unit_id=edition.unit_id)
    versions = figure_page.find_versions(edition, at=at)
    return {
        **_figure_of(edition.figure.identifier, origin),
        **_unit_of(unit, origin),
        "reviewed_on": _day(edition.reviewed_at),
        "versions": [_version_of(version) for version in versions],
    }


def _row_of(edition, unit, origin):
    statement = figure_page.statement_of(edition)
    return {
        **_figure_of(edition.figure.identifier, origin),
        **_unit_of(unit, origin),
        **_stated(statement, key_facts.of_figure(edition)),
        "in_force_from": _day(statement.begins_at),
        "reviewed_on": _day(edition.reviewed_at),
    }


def _day(instant):
    return instant and day_of(instant)


def _figure_of(identifier, origin):
    return {"figure": identifier, "url": origin + figure_url(identifier)}


def _unit_of(unit, origin):
    path = unit_link(unit).url
    return {
        "unit": unit.name,
        "unit_acronym": unit.acronym,
        "unit_url": path and origin + path,
        "unit_is_closed": unit.is_closed,
    }


def _stated(statement, fact):
    return {
        "qualifier": statement.qualifier,
        "value": number_of(statement.value),
        "currency": statement.currency,
        "counts": statement.counts,
        "as_of": statement.as_of,
        "source": fact.source,
        "source_url": fact.source_url,
    }


def _version_of(version):
    return {
        "version": version.number,
        "in_force_from": _day(version.begins_at),
        "in_force_until": _day(version.ends_at),
        "is_withheld": version.is_withheld,
        **(
            dict.fromkeys(STATED)
            if version.is_withheld
            else _stated(version.statement, version.fact)
        ),
        "change_note": version.note,
    }
