"""Remarks on a change set's page: shown beside each record, made, answered and ticked off there."""

from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import remarking
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.admin.refusals import keep_typed, posted_text, show_refusal, take_typed
from directorates.admin.wording import moment, person
from directorates.models import ChangeSet
from directorates.models.records.governed import find_governed
from directorates.queries import permissions
from directorates.queries.staff import remarks
from directorates.rules.content import text


@dataclass(frozen=True)
class RemarkRow:
    pk: int
    by: str
    at: str
    words: str


@dataclass(frozen=True)
class ThreadRow:
    """A remark with its answers. `done` says who ticked it off; '' while it is open."""

    remark: RemarkRow
    answers: list[RemarkRow]
    about: str
    done: str


@dataclass(frozen=True)
class RemarksOfRecord:
    """The remarks about a record of a set, and what a new one can be about: (name of the field, label)."""

    key: str
    threads: list[ThreadRow]
    number_open: int
    places: list[tuple[str, str]]
    typed: str = ""


class SetRemarks:
    """A part of ChangeSetAdmin."""

    def get_urls(self):
        page = self.page_path("<int:pk>/remarks/", self.remark_view, "remark", ["POST"])
        return [page, *super().get_urls()]

    def with_remarks(self, request, change_set, publications):
        """Return publications with their remarks, and the number of open ones: one query."""
        read = remarks.read(change_set)
        typed_key, _, typed = take_typed(request, f"remark_{change_set.pk}").partition("\n")
        found = []
        for publication in publications:
            row = _of_record(publication, read.of(publication.record))
            if row.key == typed_key:
                row = replace(row, typed=typed)
            found.append(replace(publication, remarks=row))
        return found, read.count_open([publication.record for publication in publications])

    def remark_view(self, request, pk):
        """Make, answer or tick off a remark, by the pressed button."""
        change_set = get_object_or_404(ChangeSet, pk=pk)
        now = timezone.now()
        if not permissions.may_remark(request.user, change_set, at=now):
            raise PermissionDenied("Your account may not say anything about this change set.")
        key, words = request.POST.get("record", ""), posted_text(request, "words")
        try:
            place, message = self._remark(request, change_set, key, words, now)
        except REFUSALS as error:
            show_refusal(request, error)
            keep_typed(request, f"remark_{pk}", f"{key}\n{words}")
            return HttpResponseRedirect(change_set.get_absolute_url())
        return self.leave(request, f"{change_set.get_absolute_url()}#{place}", message)

    def _remark(self, request, change_set, key, words, now):
        """Return where the page goes on, and what was done."""
        acted = {"by": request.user, "at": now}
        if "answer" in request.POST:
            made = remarking.answer(
                remark=_posted(request, "answer", change_set), words=words, **acted
            )
            return f"remark-{made.answers_to_id}", "Your answer is there."
        for name, is_done, message in (
            ("tick_off", True, "The remark is ticked off."),
            ("open", False, "The remark is open again."),
        ):
            if name in request.POST:
                remark = _posted(request, name, change_set)
                remarking.tick_off(remark=remark, is_done=is_done, **acted)
                return f"remark-{remark.pk}", message
        record = next((one for one in change_set.find_subjects() if key_of(one) == key), None)
        if record is None:
            raise ReviewError("The record is not in this change set any more.")
        made = remarking.remark(
            change_set=change_set,
            record=record,
            field=request.POST.get("field", ""),
            words=words,
            **acted,
        )
        return f"remark-{made.pk}", "Your remark is there."


def key_of(record):
    return f"{find_governed(record).name}-{record.pk}"


def _posted(request, name, change_set):
    """Return the remark that a button names. Raises ReviewError."""
    value = request.POST[name]
    is_key = value.isascii() and value.isdecimal() and len(value) <= 18
    found = change_set.remarks.filter(pk=int(value)).first() if is_key else None
    if found is None:
        raise ReviewError("This remark is gone.")
    return found


def _of_record(publication, threads):
    record = publication.record
    labels = {
        field.name: text.capitalized(field.verbose_name)
        for field in (*record.content_fields(), *record.content_relations())
    }
    return RemarksOfRecord(
        key=key_of(record),
        threads=[_thread(thread, labels) for thread in threads],
        number_open=sum(thread.is_open for thread in threads),
        places=[(one.name, one.label) for one in publication.differences],
    )


def _thread(thread, labels):
    remark = thread.remark
    done = ""
    if remark.done_at is not None:
        done = f"Ticked off by {person(remark.done_by)}, {moment(remark.done_at)}"
    return ThreadRow(
        _row(remark),
        [_row(answer) for answer in thread.answers],
        labels.get(remark.field, ""),
        done,
    )


def _row(remark):
    return RemarkRow(remark.pk, person(remark.by), moment(remark.at), remark.words)
