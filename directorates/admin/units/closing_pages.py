"""The pages that close units: one now or later, or several in one change set."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions.publishing.closing import close, draft
from directorates.actions.reviewing import reviewing
from directorates.admin.change_sets.choice_form import ChangeSetChoiceForm
from directorates.admin.form_parts.autocomplete import offer_units
from directorates.admin.form_parts.instant_form import InstantForm
from directorates.admin.refusals import refusals_shown_in
from directorates.admin.wording import exact_moment, submission_message
from directorates.models import Unit, UnitContent
from directorates.queries import visibility
from directorates.rules import outcomes
from directorates.rules.content import text

TOGETHER = "Together with other changes, in the change set below"


class CloseSelectedForm(ChangeSetChoiceForm):
    outcome = forms.ChoiceField(
        required=False,
        label="What becomes of it",
        choices=[("", "Not known"), *UnitContent.Outcome.choices],
        help_text="The page of the closed unit says so, and so do the pages of its successors.",
    )
    successors = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        help_text="The units that take over. They appear on the page of each closed unit.",
    )
    children_to = forms.ModelChoiceField(
        Unit.objects.all(),
        required=False,
        label="Units below go to",
        help_text="Needed only if open units are part of what you close.",
    )

    field_order = ["outcome", "successors", "children_to", "change_set", "title"]

    def __init__(self, *args, admin_site, **kwargs):
        super().__init__(*args, **kwargs)
        offer_units(self.fields["successors"], Unit._meta.get_field("successors"), admin_site)
        offer_units(self.fields["children_to"], Unit._meta.get_field("parent"), admin_site)

    def clean(self):
        super().clean()
        data = self.cleaned_data
        if "outcome" in data and "successors" in data:
            problem = outcomes.find_problem(data["outcome"], len(data["successors"]))
            if problem:
                self.add_error("successors", problem)

    @property
    def closure(self):
        """The arguments of `closing.draft` and `closing.close` that say how a unit closes."""
        data = self.cleaned_data
        return {
            "outcome": data["outcome"],
            "successors": data["successors"],
            "children_to": data["children_to"],
            "day_is_known": not data.get("day_is_unknown"),
        }


class CloseForm(InstantForm, CloseSelectedForm):
    day_is_unknown = forms.BooleanField(
        required=False,
        label="The day of the closing is not known",
        help_text="Check this if you do not know when the unit closed. Its page then gives no day.",
    )

    field_order = [
        "outcome", "successors", "children_to", "day_is_unknown", "when", "on_day", "at_time", "change_note", "change_set", "title",
    ]  # fmt: skip

    def __init__(self, *args, unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["when"].choices = [*self.fields["when"].choices, ("set", TOGETHER)]
        for name in ("successors", "children_to"):
            self.fields[name].queryset = self.fields[name].queryset.exclude(pk=unit.pk)

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


class ClosePages:
    """A part of UnitAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/close/", self.close_view, "close"),
            self.page_path("close/", self.close_selected_view, "close_selected"),
            *super().get_urls(),
        ]

    @admin.action(description="Close…", permissions=["change"])
    def close_selected(self, request, queryset):
        return self.lead_to(request, "close_selected", queryset)

    def close_selected_view(self, request):
        return self.fill_set(
            request,
            _close_in_set,
            form_class=CloseSelectedForm,
            form_options={"admin_site": self.admin_site},
            title="Close units",
            button="Close them",
            explanation="The closures are drafts: the units close when the change set takes effect."
            " Their pages stay, and say what took their place.",
        )

    def close_url(self, request, unit):
        """Return the address of the page that closes the unit, or '' if the unit cannot be closed."""
        if not self.has_change_permission(request, unit) or unit.kind == UnitContent.Kind.AGENCY:
            return ""
        if not unit.is_in_force or unit.is_closed_in_force:
            return ""
        return self.page_url("close", unit.pk)

    def close_view(self, request, pk):
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
        below = visibility.units_below(unit.pk, at=timezone.now())
        return self.show_page(
            request,
            "close",
            title=f"Close {unit}",
            unit=unit,
            form=form,
            media=self.media + form.media,
            units_below=below.values_list("name", flat=True),
            back_url=self.url_of(unit),
            may_publish_alone=self._may_publish_alone(request),
        )

    def _leave_closing(self, request, unit, form):
        if form.cleaned_data["when"] == "set":
            change_set = _put_into_set(form, unit, request.user)
            message = f"“{unit}” closes with the change set “{change_set}”."
        elif self._may_publish_alone(request):
            return self.leave(request, self.url_of(unit), _close_now(form, unit, request.user))
        else:
            change_set = _submit(form, unit, request.user)
            message = submission_message(change_set)
        return self.leave(request, change_set.get_absolute_url(), message)


def _put_into_set(form, unit, by):
    at, note = timezone.now(), form.cleaned_data["change_note"]
    with transaction.atomic():
        change_set = form.chosen_set(records=[unit], public_note=note, by=by, at=at)
        _close_in_set(form, [unit], change_set, by=by, at=at)
    return change_set


@transaction.atomic
def _submit(form, unit, by):
    at, effective_from = timezone.now(), form.cleaned_data["effective_from"]
    records = draft(unit=unit, effective_from=effective_from, by=by, at=at, **form.closure)
    return reviewing.submit_records(
        records=records,
        by=by,
        at=at,
        effective_from=effective_from,
        change_note=form.cleaned_data["change_note"],
        title=text.shorten(f"Close {unit}", 160),
    )


def _close_now(form, unit, by):
    """Close a unit at the instant of the form. Returns a message."""
    effective_from = form.cleaned_data["effective_from"]
    closing, *moves = close(
        unit=unit,
        by=by,
        at=timezone.now(),
        effective_from=effective_from,
        change_note=form.cleaned_data["change_note"],
        **form.closure,
    )
    if effective_from is None:
        message = f"“{unit}” is closed. The public sees it now."
    else:
        when = exact_moment(closing.effective_from)
        message = f"“{unit}” closes on {when}. Until then the public sees it open."
    if moves:
        message += f" These move with it: {', '.join(move.name for move in moves)}."
    return message


def _close_in_set(form, units, change_set, *, by, at):
    """Draft the closures of units, and put them into a change set. Returns a message."""
    instant, records = change_set.effective_from, {}
    for unit in units:
        for record in draft(unit=unit, effective_from=instant, by=by, at=at, **form.closure):
            records[record.pk] = record
    reviewing.add(change_set=change_set, records=list(records.values()), by=by, at=at)
    return f"To be closed: {text.quoted(units)}."
