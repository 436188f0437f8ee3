"""The page that sets the order of the overview page's units, by keyboard or mouse."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from directorates.actions.publishing import ordering
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.models import Unit
from directorates.queries import assignments


class PositionForm(forms.Form):
    position = forms.IntegerField(min_value=0, max_value=99_999)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, unit, is_own, **kwargs):
        self.unit = unit
        initial = {"position": unit.position, "version": unit.version}
        super().__init__(*args, prefix=f"unit-{unit.pk}", initial=initial, **kwargs)
        self.fields["position"].label = f"Position of {unit.name}"
        self.fields["position"].disabled = not is_own
        self.fields["position"].widget.attrs["class"] = "agency-position"


class OrderPage:
    """A part of the admin of units of every kind."""

    def get_urls(self):
        return [self.page_path("order/", self.order_view, "order"), *super().get_urls()]

    def order_view(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied("Your account may not change units.")
        units = Unit.objects.filter(is_on_overview=True, is_closed=False).select_related("parent")
        own = set(
            assignments.assigned_units(request.user, at=timezone.now()).values_list("pk", flat=True)
        )
        forms_ = [
            PositionForm(request.POST or None, unit=unit, is_own=unit.pk in own) for unit in units
        ]
        error = ""
        if request.method == "POST" and _are_valid(forms_):
            changed = [form for form in forms_ if "position" in form.changed_data]
            try:
                ordering.set_positions(
                    positions={form.unit: form.cleaned_data["position"] for form in changed},
                    versions={form.unit: form.cleaned_data["version"] for form in changed},
                    by=request.user,
                    at=timezone.now(),
                )
            except REFUSALS as refusal:
                error = (
                    f"{' '.join(lines_of(refusal))} No position was changed."
                    " Open this page again to see the order as it is."
                )
            else:
                return self._leave(request, [form.unit for form in changed])
        return self.show_page(
            request,
            "unit_order",
            title="Order on the overview page",
            forms=forms_,
            error=error,
            has_errors=any(form.errors for form in forms_ if form.is_bound),
        )

    def _leave(self, request, changed):
        if not changed:
            return self.leave(request, request.path, "No position was changed.", messages.INFO)
        names = ", ".join(unit.name for unit in changed)
        return self.leave(
            request,
            f"{self.page_url('changelist')}?state=changed",
            f"Saved as drafts: {names}. The public sees the new order once they are published:"
            " select them below.",
        )


def _are_valid(forms_):
    """Whether all forms are valid. Checks every form, so the page shows all errors at once."""
    return not [form for form in forms_ if not form.is_valid()]
