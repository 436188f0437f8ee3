"""Forms that make a record only once, even after a double click, a reload or a second tab."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect


class OneTimeForm(forms.ModelForm):
    """Carries a unique number, which the new record keeps as `form_number`."""

    one_time_number = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["one_time_number"].initial = uuid.uuid4


class MadeOnce:
    """A part of a ModelAdmin whose records have a `form_number` and an `author`."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        is_sent = request.method == "POST" and object_id is None
        # Checked before the form, which does not offer records that the first sending put in.
        made = self._made_by(request) if is_sent else None
        if made is None:
            response = super().changeform_view(request, object_id, form_url, extra_context)
            # Checked again if the form was refused: the first sending may have ended meanwhile.
            made = self._made_by(request) if is_sent and response.status_code == 200 else None
            if made is None:
                return response
        messages.info(request, f"“{made}” is made already: the form was sent twice.")
        return HttpResponseRedirect(made.get_absolute_url())

    def _made_by(self, request):
        """Return the record that an earlier sending of the same form made, or None."""
        try:
            number = uuid.UUID(request.POST.get("one_time_number", ""))
        except ValueError:
            return None
        return self.model._base_manager.filter(form_number=number, author=request.user.pk).first()
