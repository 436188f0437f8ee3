"""The page on which staff see changes and publish them: one record, or several together."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from directorates.actions.publishing import structure
from directorates.actions.publishing.editions import NothingToPublishError
from directorates.actions.reviewing import review_reading, reviewing
from directorates.admin.change_sets.shown_texts import posted_reading, reading_field
from directorates.admin.content_check import finding_rows
from directorates.admin.form_parts.instant_form import InstantForm
from directorates.admin.keys import selected_keys
from directorates.admin.records.assigned_records import require_assigned
from directorates.admin.refusals import refusals_shown_in
from directorates.admin.wording import (
    content_of,
    exact_moment,
    labeled_differences,
    submission_message,
)
from directorates.models import Unit
from directorates.models.records.content import with_content
from directorates.previews import linked_places
from directorates.queries import referring_texts
from directorates.queries.differences import LabeledDifference
from directorates.queries.pages.page_parts import Link
from directorates.queries.staff import content_check, shown_pages
from directorates.rules.content import text


class PublishForm(InstantForm):
    """When to publish, and the note for the public."""


@dataclass(frozen=True)
class Publication:
    """A record that can be published, and its differences."""

    record: Any
    url: str
    is_first: bool
    #: Later editions, as texts, that will replace the edition published now.
    scheduled: list[str]
    #: Sentences on what a reader would miss.
    advice: list[str]
    differences: list[LabeledDifference]
    #: The pages of the units whose texts name the record, and change with it.
    naming: tuple[Link, ...] = ()
    #: Who wrote the record since its last edition, on the page of a change set.
    writers: str = ""
    #: Of a correction of what is public: what scheduled versions and the draft take of it.
    correction: Any = None
    after: str = "The draft"
    #: The page that corrects what is public, if a later edition would take the place of this one; or ''.
    correct_url: str = ""
    #: RemarksOfRecord, on the page of a change set.
    remarks: Any = None

    @property
    def kinds(self):
        """Words for what becomes of the record: it is new, closes, moves, is renamed."""
        if self.is_first:
            return ["New"]
        names = {difference.name for difference in self.differences}
        closes = "Closes" if getattr(self.record, "is_closed", False) else "Reopens"
        words = {"is_closed": closes, "parent": "Moves", "unit": "Moves", "name": "Renamed"}
        return list(dict.fromkeys(word for name, word in words.items() if name in names))


@dataclass(frozen=True)
class PublicationProblem:
    label: str
    url: str


class PublishPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        return [
            self.page_path("publish/", self.publish_selected_view, "publish_selected"),
            self.page_path("<int:pk>/publish/", self.publish_view, "publish"),
            *super().get_urls(),
        ]

    def publish_view(self, request, pk):
        return self._publish(request, [pk])

    def publish_selected_view(self, request):
        return self._publish(request, selected_keys(request))

    def _publish(self, request, pks):
        if not (self.has_publish_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied("Your account may not publish or submit changes.")
        records = self._records(pks)
        require_assigned(request, records)
        form = PublishForm(request.POST or None, is_reviewed=not self._may_publish_alone(request))
        if request.method == "POST" and form.is_valid():
            versions = _posted_versions(request, records)
            with refusals_shown_in(form, effective_from="on_day"):
                return self._publish_and_leave(request, form, list(versions), versions)
            records = self._records(pks)
        if not records:
            raise Http404("No such record.")
        return self._publish_page(request, form, records)

    def _may_publish_alone(self, request):
        """Whether this person may publish without a reviewer; otherwise the page submits for review."""
        return settings.AUTHORS_MAY_APPROVE and self.has_publish_permission(request)

    def _publish_and_leave(self, request, form, records, versions):
        if not records:
            raise NothingToPublishError("There was nothing to publish on this page.")
        effective_from = form.cleaned_data["effective_from"]
        note = form.cleaned_data["change_note"]
        submission = {
            "records": records,
            "by": request.user,
            "at": timezone.now(),
            "effective_from": effective_from,
            "change_note": note,
            "versions": versions,
            "reviewed": posted_reading(request),
        }
        if not self._may_publish_alone(request):
            change_set = reviewing.submit_records(**submission)
            return self.leave(
                request, change_set.get_absolute_url(), submission_message(change_set)
            )
        reviewing.publish(**submission)
        names = text.quoted(records)
        if effective_from is None:
            message = f"Published: {names}. The public sees it now."
        else:
            message = f"Scheduled: {names}. It takes effect on {exact_moment(effective_from)}."
        return self.leave(request, self._url_of_all(records), message)

    def _url_of_all(self, records):
        return self.url_of(records[0]) if len(records) == 1 else self.page_url("changelist")

    def _records(self, pks):
        records = self.record_model._base_manager.filter(pk__in=pks)
        return list(with_content(records).order_by(*self.record_model._meta.ordering))

    def _publish_page(self, request, form, records):
        changed = [record for record in records if record.has_unpublished_changes]
        now = timezone.now()
        may_publish_alone = self._may_publish_alone(request)
        own, contradicting = content_check.find_contradictions(
            changed, at=now, find_ids=linked_places.find_ids
        )
        return self.show_page(
            request,
            "publish",
            worth_mending=finding_rows(self.admin_site, own),
            contradicting=finding_rows(self.admin_site, contradicting),
            title="Publish" if may_publish_alone else "Submit for review",
            form=form,
            publications=self.publications(changed, now),
            reading=reading_field(review_reading.read_records(changed, at=now)),
            unchanged=[record for record in records if not record.has_unpublished_changes],
            problems=self._problems(changed),
            back_url=self._url_of_all(records),
            may_publish_alone=may_publish_alone,
        )

    def publications(self, records, at):
        """Return drafts compared with the editions in force. Scheduled editions may differ from these."""
        own = self.edition_model.objects.of_records(records)
        in_force = {edition.record_pk: edition for edition in with_content(own.in_force(at))}
        scheduled = defaultdict(list)
        for later in own.scheduled(at).order_by("effective_from"):
            scheduled[later.record_pk].append(later)
        naming = shown_pages.naming_texts(records, at)
        facts = referring_texts.read_for(in_force.values(), records, at=at)
        publications = []
        for record in records:
            edition = in_force.get(record.pk)
            before = content_of(edition) if edition else {}
            differences = labeled_differences(
                record.content_class, before, content_of(record), facts=facts
            )
            publications.append(
                Publication(
                    record,
                    self.url_of(record),
                    edition is None,
                    [
                        f"published version {later.number} on {exact_moment(later.effective_from)}"
                        for later in scheduled[record.pk]
                    ],
                    self.advice_for(record),
                    [difference for difference in differences if edition or difference.after],
                    naming[record] if shown_pages.changes_texts(record, edition) else (),
                    correct_url=self.page_url("correct", record.pk)
                    if edition and scheduled[record.pk]
                    else "",
                )
            )
        return publications

    def _problems(self, records):
        if not records:
            return []
        problems = structure.find_publication_problems(records=records, at=timezone.now())
        return [self._linked(problem) for problem in problems]

    def _linked(self, problem):
        """Return a problem with a link to its field, if the problem names one."""
        unit_id, field = getattr(problem, "unit_id", None), getattr(problem, "field", "")
        if not unit_id:
            return PublicationProblem(str(problem), "")
        is_unit = self.record_model is Unit
        page = (
            self.page_url("change", unit_id)
            if is_unit
            else self.admin_site.url_of("directorates.unit", unit_id)
        )
        url = f"{page}#id_{field}"
        return PublicationProblem(str(problem), url)


def _posted_versions(request, records):
    """Return {record: version} of the records that the page showed as changed."""
    versions = {}
    for record in records:
        version = request.POST.get(f"version-{record.pk}", "")
        if version.isdecimal():
            versions[record] = int(version)
    return versions
