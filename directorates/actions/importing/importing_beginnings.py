"""The beginnings of editions for which the file gives no day."""

from directorates.rules import local_time


class Beginnings:
    """Finds when each edition of these entries takes effect; `at` is now.

    An edition without a day takes effect now. Before an edition with a day, it takes effect on the first day
    that the entries name.
    """

    def __init__(self, entries, at):
        self.at = at
        days = (t.values.get("effective_from") for entry in entries for t in entry.editions)
        self.first = min(filter(None, days), default=at)

    def of(self, table, entry):
        if "effective_from" in table.values:
            return table.values["effective_from"]
        return self.first if self.is_dated(table, entry) else self.at

    @staticmethod
    def is_dated(table, entry):
        """Whether the file alone gives an edition its place in the timeline."""
        if "effective_from" in table.values:
            return True
        is_first = table is entry.editions[0] and len(entry.editions) > 1
        return is_first and "effective_from" in entry.editions[1].values

    @staticmethod
    def is_known(table):
        is_dated = "effective_from" in table.values
        return is_dated and table.values.get("beginning_is_known", True)

    @staticmethod
    def find_missing_days(table):
        """Yield (key, reason) for each key that calls a day known although the table gives none."""
        given_keys = [
            "beginning_is_known",
            *(["closing_day_is_known"] if table.values.get("is_closed") else []),
        ]
        for key in given_keys:
            if table.values.get(key) and "effective_from" not in table.values:
                yield key, "the day is not there; write it as effective_from, or take this line out"

    @staticmethod
    def explain_order(before):
        """Return why an edition cannot begin when it does, after the table `before`."""
        reason = "must be later than that of the edition before it"
        if "effective_from" in before.values:
            return f"{reason}, {local_time.iso(before.values['effective_from'])}"
        return (
            f"{reason}, which has no day; give that one the first day on record, and"
            " beginning_is_known = false if it began before"
        )

    def find_existing(self, table, entry, editions):
        """Return the edition that this table describes, or None. `editions` is {instant: edition} of a record.

        A longer file may name an earlier first day. An edition from an unknown day keeps its instant.
        """
        first = editions[min(editions)] if editions else None
        if "effective_from" not in table.values and first and not first.beginning_is_known:
            return first
        return editions.get(self.of(table, entry))
