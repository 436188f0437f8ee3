"""Forms that make a record only once, even after a double click, a reload or a second tab."""

import uuid
from functools import partial

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect


class OneTimeForm(forms.ModelForm):
    """Carries a unique number, which the new record keeps as `form_number`."""

    one_time_number = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["one_time_number"].initial = uuid.uuid4


def answer_once(request, answer, find, message):
    """Return `answer()`, or a redirect to the record that an earlier sending of the same form has written.

    `find` returns this record or None. `message` takes the record.
    """
    # Checked before the form, which refuses what the first sending has done.
    found = find()
    if found is None:
        response = answer()
        # Checked again if the form was refused: the first sending may have ended meanwhile.
        found = find() if response.status_code == 200 else None
        if found is None:
            return response
    messages.info(request, message(found))
    return HttpResponseRedirect(found.get_absolute_url())


class MadeOnce:
    """A part of a ModelAdmin whose records have a `form_number` and an `author`."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        answer = partial(super().changeform_view, request, object_id, form_url, extra_context)
        if request.method != "POST" or object_id is not None:
            return answer()
        return answer_once(
            request,
            answer,
            partial(self._made_by, request),
            "“{}” is made already: the form was sent twice.".format,
        )

    def _made_by(self, request):
        """Return the record that an earlier sending of the same form made, or None."""
        try:
            number = uuid.UUID(request.POST.get("one_time_number", ""))
        except ValueError:
            return None
        return self.model._base_manager.filter(form_number=number, author=request.user.pk).first()
