"""Showing the actions' refusals on staff pages: in the form that was sent, or as messages."""

from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect

from directorates.accounts import autosave
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.admin.pages import StaffPages


@contextmanager
def refusals_shown_in(form, **fields):
    """Put an action's refusal within the block into a form, and continue after the block.

    `fields` maps a refusal's field to the form's field, where the names differ.
    """
    try:
        yield
    except REFUSALS as error:
        _put_into(form, error, fields)


def show_refusal(request, error):
    """Show a refusal as messages on the next page."""
    for line in lines_of(error):
        messages.error(request, line)


def _put_into(form, error, fields):
    named = getattr(error, "field", "")
    field = fields.get(named, named)
    form.add_error(field if field in form.fields else None, lines_of(error))


def posted_text(request, name):
    """Return a text that was posted, without the characters that no column can hold."""
    return request.POST.get(name, "").replace("\0", "")


def keep_typed(request, place, words):
    """Keep the text typed beside a refused button for the next page; read it with `take_typed`."""
    request.session[f"typed_{place}"] = words


def take_typed(request, place):
    return request.session.pop(f"typed_{place}", "")


class ShowsRefusals(StaffPages):
    """A part of every record's admin. After an action's refusal the form appears again with the typed text."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return form if refusal is None else _refused(form, refusal)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            if request.method != "POST":
                raise
            request.refusal = error
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        confirmed = autosave.confirmed_in(request.session)
        try:
            return super().delete_view(request, object_id, extra_context)
        except REFUSALS as error:
            # Django logs a deletion before deleting.
            autosave.restore(request.session, confirmed)
            show_refusal(request, error)
            return HttpResponseRedirect(self.page_url("change", object_id))

    def changelist_view(self, request, extra_context=None):
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        confirmed = autosave.confirmed_in(request.session)
        try:
            # All selected records, or none.
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except REFUSALS as error:
            autosave.restore(request.session, confirmed)
            show_refusal(request, error)
            return HttpResponseRedirect(request.get_full_path())


def _refused(form_class, refusal):
    """Return a form class that is never valid.

    The form may now find the error itself, for example another person's save since its first check. Otherwise
    it shows the action's reason.
    """

    class RefusedForm(form_class):
        def full_clean(self):
            super().full_clean()
            if self.is_bound and not self.errors:
                _put_into(self, refusal, {})

    return RefusedForm
