"""The page on which a unit is closed."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from directorates import text, visibility
from directorates.actions import reviewing
from directorates.actions.closing import close, draft
from directorates.actions.editions import PublishingError
from directorates.admin.instant_form import InstantForm
from directorates.admin.wording import exact_moment
from directorates.models import Unit, UnitContent


class CloseForm(InstantForm):
    successors = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        label="Successors",
        help_text="The units that take over. They appear on the closed unit's page.",
    )
    children_to = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label="Units below go to",
        help_text="Needed only if open units are part of this one.",
    )

    field_order = ["successors", "children_to", "when", "on_day", "at_time", "change_note"]

    def __init__(self, *args, unit, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field, widget in (
            ("successors", Unit._meta.get_field("successors"), AutocompleteSelectMultiple),
            ("children_to", Unit._meta.get_field("parent"), AutocompleteSelect),
        ):
            own = self.fields[name]
            own.queryset = Unit.objects.exclude(pk=unit.pk)
            own.widget = widget(field, admin_site)
            own.widget.choices = own.choices
            own.widget.is_required = own.required


class ClosePage:
    """A part of UnitAdmin."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_close"
        close = path("<int:pk>/close/", self.admin_site.admin_view(self.close_view), name=name)
        return [close, *super().get_urls()]

    def close_url(self, request, unit):
        """The address of the page that closes the unit, or '' where it cannot be closed."""
        if not self.has_publish_permission(request) or unit.kind == UnitContent.Kind.AGENCY:
            return ""
        if not unit.is_in_force or unit.is_closed_in_force:
            return ""
        return self.page_url("close", unit.pk)

    def close_view(self, request, pk):
        if not self.has_publish_permission(request):
            raise PermissionDenied("Your account may not close units.")
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        unit = get_object_or_404(Unit, pk=pk)
        form = CloseForm(request.POST or None, unit=unit, admin_site=self.admin_site)
        if request.method == "POST" and form.is_valid():
            try:
                if settings.AUTHORS_MAY_APPROVE:
                    return self._close_and_leave(request, unit, form.cleaned_data)
                return self._propose_and_leave(request, unit, form.cleaned_data)
            except PublishingError as error:
                form.add_error(None, str(error).splitlines())
        below = (
            visibility.open_units(timezone.now()).filter(parent=unit).order_by("position", "name")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": f"Close {unit}",
            "opts": self.opts,
            "unit": unit,
            "form": form,
            "media": self.media + form.media,
            "units_below": below.values_list("name", flat=True),
            "back_url": self.url_of(unit),
        }
        return TemplateResponse(request, "admin/directorates/close.html", context)

    def _propose_and_leave(self, request, unit, data):
        now = timezone.now()
        with transaction.atomic():
            records = draft(
                unit=unit,
                successors=data["successors"],
                children_to=data["children_to"],
                by=request.user,
                at=now,
            )
            change_set = reviewing.propose(
                records=records,
                by=request.user,
                at=now,
                effective_from=data["effective_from"],
                change_note=data["change_note"],
                title=text.shorten(f"Close {unit}", 160),
            )
        self.message_user(request, f"Submitted for review: “{change_set}”.", messages.SUCCESS)
        return HttpResponseRedirect(change_set.get_absolute_url())

    def _close_and_leave(self, request, unit, data):
        editions = close(
            unit=unit,
            successors=data["successors"],
            by=request.user,
            at=timezone.now(),
            effective_from=data["effective_from"],
            children_to=data["children_to"],
            change_note=data["change_note"],
        )
        closing, *moves = editions
        when = exact_moment(closing.effective_from)
        said = f"“{unit}” is closed from {when}."
        if moves:
            said += f" Moved with it: {', '.join(move.name for move in moves)}."
        self.message_user(request, said, messages.SUCCESS)
        return HttpResponseRedirect(self.url_of(unit))
