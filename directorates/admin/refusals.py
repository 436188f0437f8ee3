"""How the staff pages tell what the actions refuse: in the form that was sent, or as messages."""

from contextlib import contextmanager

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse

from directorates.accounts import autosave
from directorates.actions.refusals import REFUSALS, lines_of


@contextmanager
def refusals_shown_in(form, **fields):
    """Put what an action refuses within the block into a form, and go on after the block.

    `fields` maps the fields that refusals name to those of the form, where they differ.
    """
    try:
        yield
    except REFUSALS as error:
        _put_into(form, error, fields)


def tell(request, error):
    """Tell a refusal as messages on the page that comes next."""
    for line in lines_of(error):
        messages.error(request, line)


def _put_into(form, error, fields):
    named = getattr(error, "field", "")
    field = fields.get(named, named)
    form.add_error(field if field in form.fields else None, lines_of(error))


def keep_typed(request, place, words):
    """Keep what was typed beside a refused button for the next page, where `take_typed` finds it."""
    request.session[f"typed_{place}"] = words


def take_typed(request, place):
    return request.session.pop(f"typed_{place}", "")


class TellsRefusals:
    """A part of every record's admin. A form whose action was refused is shown again with what was typed."""

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
            # Django notes a deletion before it is done.
            autosave.restore(request.session, confirmed)
            tell(request, error)
            name = f"{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{name}", args=[object_id]))

    def changelist_view(self, request, extra_context=None):
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        confirmed = autosave.confirmed_in(request.session)
        try:
            # All of what was selected, or nothing.
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except REFUSALS as error:
            autosave.restore(request.session, confirmed)
            tell(request, error)
            return HttpResponseRedirect(request.get_full_path())


def _refused(form_class, refusal):
    """Return a form of the same kind that is not valid: for what it finds by itself, as it now does of what
    someone else saved between its check and the action, or else for the reason that the action gave."""

    class RefusedForm(form_class):
        def full_clean(self):
            super().full_clean()
            if self.is_bound and not self.errors:
                _put_into(self, refusal, {})

    return RefusedForm
