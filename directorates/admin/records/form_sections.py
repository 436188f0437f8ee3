"""The sections of a record's form, with what changed against the public and what is worth mending."""

from django.utils import timezone

from directorates.admin.form_parts.sections import Advice, sections_of
from directorates.admin.records.record_state import request_instant
from directorates.admin.wording import content_of
from directorates.models.records.content import with_content
from directorates.previews import linked_places
from directorates.queries.staff import content_check
from directorates.rules.compare.fields import differences


class FormSections:
    """A part of GovernedAdmin."""

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        changed, advice = frozenset(), ()
        if obj is not None and obj.pk:
            changed = self._changed_fields(obj, at=request_instant(request))
            # A form that was sent has put what is typed into the record.
            is_as_saved = request.method != "POST"
            advice = self._advice(obj if is_as_saved else self._saved(obj))
        sections = sections_of(context["adminform"], changed=changed, advice=advice)
        context |= {"sections": sections, "changed_fields": len(changed)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _changed_fields(self, record, *, at):
        """Return the names of the fields whose saved draft differs from what is public.

        None of a record that is not public. For a unit at most seven queries, and none without a draft.
        """
        if not (record.has_unpublished_changes and record.is_in_force):
            return frozenset()
        public = with_content(record.editions.in_force(at)).first()
        saved = with_content(self.record_model._base_manager.filter(pk=record.pk)).first()
        if public is None or saved is None:
            return frozenset()
        found = differences(content_of(public), content_of(saved))
        return frozenset(one.name for one in found)

    def _saved(self, record):
        return self.record_model._base_manager.get(pk=record.pk)

    def _advice(self, saved):
        """Return what is worth mending in the saved draft.

        The check of texts reads the history of all units, so it is asked only about drafts. What is public is on the
        page “Worth mending”.
        """
        found = ()
        if saved.has_unpublished_changes:
            found = content_check.check_records(
                [saved], at=timezone.now(), find_ids=linked_places.find_ids
            ).findings
        return [
            *self.advice_on_fields(saved),
            *(Advice(one.place.field, f"“{one.found}”: {one.advice}") for one in found),
        ]
