"""The units whose pages may change when units change."""

from functools import cached_property

from directorates.queries import referring_texts, visibility


class ChangedUnits:
    """The editions at `at` of changed units and of the units with pages that name them.

    A fixed number of queries, and one for each level below the units.
    """

    def __init__(self, unit_ids, *, at):
        self.at = at
        self.unit_ids = unit_ids
        columns = ("unit_id", "kind", "slug", "parent_id", "is_closed")
        units = visibility.public_units(at).only(*columns)
        own = list(units.filter(unit_id__in=unit_ids))
        above = units.filter(unit_id__in={edition.parent_id for edition in own})
        closed = visibility.closed_into(unit_ids, at=at).only(*columns)
        successors = visibility.successors_of(unit_ids, at=at).only(*columns)
        #: The changed units and their parents.
        self.own = [*own, *above]
        #: The units whose texts name them or their figures, or count units; the closed units that name them as
        #: successors, their own successors, and all units below, which name them in breadcrumbs.
        self.naming = [
            *_find_referring(units, unit_ids),
            *(*closed, *successors),
            *_find_below(units, unit_ids),
        ]

    @cached_property
    def stated_figures(self):
        """The identifiers of the figures that the texts of the changed units state: one query."""
        units = visibility.public_units(self.at).filter(unit_id__in=self.unit_ids)
        return referring_texts.figures_stated_in(units)


def _find_referring(units, unit_ids):
    """Return the editions whose texts name units or their figures, and those above, which show their summaries.

    Texts that count units come last: only some of them count the units that changed.
    """
    naming = list(referring_texts.naming_units(units, unit_ids).order_by("unit_id"))
    above = {edition.parent_id for edition in naming}
    counting = referring_texts.counting(units).order_by("unit_id")
    return [*naming, *(units.filter(unit_id__in=above) if above else ()), *counting]


def _find_below(units, unit_ids):
    level, seen = set(unit_ids), set(unit_ids)
    while level:
        below = list(units.filter(parent_id__in=level).order_by("unit_id"))
        yield from below
        level = {edition.unit_id for edition in below} - seen
        seen |= level
