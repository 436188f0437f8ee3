"""The remarks of a change set, by record: each with its answers, in the order in which they were made."""

from collections import defaultdict
from dataclasses import dataclass

from directorates.models import Remark
from directorates.models.records.governed import find_governed


@dataclass(frozen=True)
class Thread:
    """A remark and its answers."""

    remark: Remark
    answers: tuple[Remark, ...]

    @property
    def is_open(self):
        return self.remark.is_open


@dataclass(frozen=True)
class SetRemarks:
    """The Threads of a change set, by (kind, primary key) of the record."""

    by_record: dict[tuple[str, int], list[Thread]]

    def of(self, record):
        """Return the Threads about a record, the open ones first."""
        threads = self.by_record.get((find_governed(record).name, record.pk), [])
        return sorted(threads, key=lambda thread: not thread.is_open)

    def count_open(self, records):
        return sum(thread.is_open for record in records for thread in self.of(record))


def read(change_set) -> SetRemarks:
    """Return the remarks of a set: one query."""
    questions, answers = [], defaultdict(list)
    for remark in change_set.remarks.select_related("by", "done_by").order_by("pk"):
        if remark.answers_to_id is None:
            questions.append(remark)
        else:
            answers[remark.answers_to_id].append(remark)
    by_record = defaultdict(list)
    for remark in questions:
        thread = Thread(remark, tuple(answers[remark.pk]))
        by_record[remark.record_kind, remark.record_pk].append(thread)
    return SetRemarks(by_record)
