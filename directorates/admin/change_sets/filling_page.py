"""The page that puts the selected records of a list into a change set."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.admin.change_sets.choice_form import ChangeSetChoiceForm
from directorates.admin.keys import selected_keys
from directorates.admin.records.assigned_records import require_assigned
from directorates.admin.refusals import refusals_shown_in
from directorates.rules.content import text


class SetPage:
    """A part of GovernedAdmin. Subclasses add other pages with a form that fills a set."""

    def get_urls(self):
        page = self.page_path("into-set/", self.into_set_view, "into_set")
        return [page, *super().get_urls()]

    def into_set_view(self, request):
        return self.fill_set(
            request,
            _put,
            title="Put into a change set",
            button="Put into the change set",
        )

    def fill_set(
        self, request, write, *, form_class=ChangeSetChoiceForm, form_options=None, **words
    ):
        """Ask for the set of the selected records, fill it with `write` and redirect to it.

        `write` takes the form, the records, the set, `by` and `at`, and returns a message.
        `words` are the page's title, its button and an explanation.
        """
        records = self._selected_records(request)
        form = form_class(request.POST or None, user=request.user, **(form_options or {}))
        if request.method == "POST" and form.is_valid():
            response = self._leave_into_set(request, form, records, write)
            if response is not None:
                return response
        return self.show_page(
            request,
            "into_set",
            form=form,
            media=self.media + form.media,
            records=records,
            back_url=self.page_url("changelist"),
            **words,
        )

    def _selected_records(self, request):
        """Return the records that the address names. Raises PermissionDenied, Http404."""
        if not self.has_change_permission(request):
            raise PermissionDenied("Your account may not change these records.")
        records = list(
            self.record_model._base_manager.filter(pk__in=selected_keys(request))
            .select_related(*self.select_related)
            .order_by(*self.record_model._meta.ordering)
        )
        require_assigned(request, records)
        if not records:
            raise Http404("No such record.")
        return records

    def _leave_into_set(self, request, form, records, write):
        """Fill the set in one transaction and return a redirect to it, or None after a refusal.

        The form then holds the reason.
        """
        now = timezone.now()
        with refusals_shown_in(form), transaction.atomic():
            change_set = form.chosen_set(records=records, by=request.user, at=now)
            message = write(form, records, change_set, by=request.user, at=now)
        if form.errors:
            return None
        return self.leave(request, change_set.get_absolute_url(), message)


def _put(form, records, change_set, *, by, at):
    reviewing.add(change_set=change_set, records=records, by=by, at=at)
    return f"In the change set “{change_set}”: {text.quoted(records)}."
