"""The page that closes a unit."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone

from directorates.actions.publishing.closing import close, draft
from directorates.actions.reviewing import reviewing
from directorates.admin.change_sets.change_set_choice import ChangeSetChoiceForm
from directorates.admin.form_parts.instant_form import InstantForm
from directorates.admin.refusals import refusals_shown_in
from directorates.admin.units.unit_moving import offer_units
from directorates.admin.wording import effect_once_approved, exact_moment
from directorates.models import Unit, UnitContent
from directorates.queries import visibility
from directorates.rules.content import text

TOGETHER = "Together with other changes, in the change set below"


class CloseForm(InstantForm, ChangeSetChoiceForm):
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

    day_is_unknown = forms.BooleanField(
        required=False,
        label="The day of the closing is not known",
        help_text="Check this if you do not know when the unit closed. Its page then gives no day.",
    )

    field_order = [
        "successors", "children_to", "day_is_unknown", "when", "on_day", "at_time", "change_note", "change_set", "title",
    ]  # fmt: skip

    def __init__(self, *args, unit, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = [*self.fields["when"].choices, ("set", TOGETHER)]
        for name, relation in (("successors", "successors"), ("children_to", "parent")):
            self.fields[name].queryset = Unit.objects.exclude(pk=unit.pk)
            offer_units(self.fields[name], Unit._meta.get_field(relation), admin_site)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if data.get("day_is_unknown") and data.get("when") == "later":
            self.add_error(
                "day_is_unknown",
                f"You said that the day is not known, but also typed it. Choose “{self.fields['when'].choices[0][1]}”, or"
                " clear this box.",
            )
        names_a_set = bool(data.get("change_set") or data.get("title", "").strip())
        if names_a_set and data.get("when") in ("now", "later"):
            label = dict(self.fields["when"].choices)[data["when"]]
            self.add_error(
                "when",
                f"You chose “{label}”, but also named a change set. Choose “{TOGETHER}”, or choose"
                " “A new one” and empty its title.",
            )


class ClosePage:
    """A part of UnitAdmin."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_close"
        close = path("<int:pk>/close/", self.admin_site.admin_view(self.close_view), name=name)
        return [close, *super().get_urls()]

    def close_url(self, request, unit):
        """Return the address of the page that closes the unit, or '' if the unit cannot be closed."""
        if not self.has_change_permission(request, unit) or unit.kind == UnitContent.Kind.AGENCY:
            return ""
        if not unit.is_in_force or unit.is_closed_in_force:
            return ""
        return self.page_url("close", unit.pk)

    def close_view(self, request, pk):
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        unit = get_object_or_404(Unit.objects.select_related("change_set"), pk=pk)
        if not self.has_change_permission(request, unit):
            raise PermissionDenied("Your account may not close this unit, or it is in review.")
        form = CloseForm(
            request.POST or None,
            unit=unit,
            user=request.user,
            admin_site=self.admin_site,
            is_reviewed=not self._may_publish_alone(request),
        )
        if request.method == "POST" and form.is_valid():
            with refusals_shown_in(form, effective_from="on_day", public_note="change_note"):
                return self._leave_closing(request, unit, form)
        below = (
            visibility.open_units(timezone.now())
            .filter(parent=unit)
            .order_by("position", "sort_key", "unit_id")
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
            "may_publish_alone": self._may_publish_alone(request),
        }
        return TemplateResponse(request, "admin/directorates/close.html", context)

    def _leave_closing(self, request, unit, form):
        if form.cleaned_data["when"] == "set":
            return self._put_into_set_and_leave(request, unit, form)
        if self._may_publish_alone(request):
            return self._close_and_leave(request, unit, form.cleaned_data)
        return self._submit_and_leave(request, unit, form.cleaned_data)

    def _put_into_set_and_leave(self, request, unit, form):
        now, data = timezone.now(), form.cleaned_data
        with transaction.atomic():
            change_set = form.chosen_set(
                records=[unit], public_note=data["change_note"], by=request.user, at=now
            )
            records = draft(
                unit=unit,
                successors=data["successors"],
                children_to=data["children_to"],
                day_is_known=not data["day_is_unknown"],
                effective_from=change_set.effective_from,
                by=request.user,
                at=now,
            )
            reviewing.add(change_set=change_set, records=records, by=request.user, at=now)
        self.message_user(
            request, f"“{unit}” closes with the change set “{change_set}”.", messages.SUCCESS
        )
        return HttpResponseRedirect(change_set.get_absolute_url())

    def _submit_and_leave(self, request, unit, data):
        now = timezone.now()
        with transaction.atomic():
            records = draft(
                unit=unit,
                successors=data["successors"],
                children_to=data["children_to"],
                day_is_known=not data["day_is_unknown"],
                effective_from=data["effective_from"],
                by=request.user,
                at=now,
            )
            change_set = reviewing.submit_records(
                records=records,
                by=request.user,
                at=now,
                effective_from=data["effective_from"],
                change_note=data["change_note"],
                title=text.shorten(f"Close {unit}", 160),
            )
        message = (
            f"Submitted for review: “{change_set}”. {effect_once_approved(data['effective_from'])}"
        )
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(change_set.get_absolute_url())

    def _close_and_leave(self, request, unit, data):
        editions = close(
            unit=unit,
            successors=data["successors"],
            by=request.user,
            at=timezone.now(),
            effective_from=data["effective_from"],
            children_to=data["children_to"],
            day_is_known=not data["day_is_unknown"],
            change_note=data["change_note"],
        )
        closing, *moves = editions
        if data["effective_from"] is None:
            message = f"“{unit}” is closed. The public sees it now."
        else:
            when = exact_moment(closing.effective_from)
            message = f"“{unit}” closes on {when}. Until then the public sees it open."
        if moves:
            message += f" These move with it: {', '.join(move.name for move in moves)}."
        self.message_user(request, message, messages.SUCCESS)
        return HttpResponseRedirect(self.url_of(unit))
