"""The page on which staff review a published record, and say who looks after it and how often."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from directorates.actions import upkeep
from directorates.admin.refusals import refusals_shown_in
from directorates.admin.wording import exact_moment, person
from directorates.models import RecordReview, Unit
from directorates.models.records.governed import find_governed
from directorates.queries import permissions
from directorates.queries.staff import upkeep as upkeep_query
from directorates.rules.upkeep import interval

#: How many reviews the page lists.
MOST_REVIEWS = 50


class ReviewForm(forms.Form):
    """Asks for a note. The version and the newest review are what the person saw."""

    edition = forms.IntegerField(widget=forms.HiddenInput)
    last_review = forms.IntegerField(widget=forms.HiddenInput)
    note = RecordReview._meta.get_field("note").formfield(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), required=False
    )


class UpkeepForm(forms.Form):
    """Asks who looks after a record, for the risk and for the interval."""

    upkeep_role = Unit._meta.get_field("upkeep_role").formfield()
    upkeep_owner = Unit._meta.get_field("upkeep_owner").formfield()
    upkeep_risk = Unit._meta.get_field("upkeep_risk").formfield()
    upkeep_months = Unit._meta.get_field("upkeep_months").formfield()

    def __init__(self, *args, record, **kwargs):
        initial = {field.name: getattr(record, field.attname) for field in record.upkeep_fields()}
        super().__init__(*args, initial=initial, **kwargs)
        owner = self.fields["upkeep_owner"]
        owner.queryset = (
            get_user_model()
            .objects.filter(Q(is_active=True, is_staff=True) | Q(pk=record.upkeep_owner_id))
            .order_by("first_name", "last_name", "username")
        )
        owner.label_from_instance = person
        owner.empty_label = self.fields["upkeep_role"].empty_label = "Nobody in particular"
        months = self.fields["upkeep_months"]
        months.choices = [("", "The usual interval of the risk"), *months.choices[1:]]
        usual = find_governed(record).usual_months
        self.fields["upkeep_risk"].choices = [
            (risk, f"{label} ({interval(usual[risk])})") for risk, label in record.Risk.choices
        ]

    def clean(self):
        super().clean()
        if self.cleaned_data.get("upkeep_role") and self.cleaned_data.get("upkeep_owner"):
            self.add_error("upkeep_owner", "Choose a role or a person, not both.")


@dataclass(frozen=True)
class ReviewRow:
    at: str
    by: str
    edition: int
    url: str
    note: str


class UpkeepPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/upkeep/", self.upkeep_view, "upkeep"),
            *super().get_urls(),
        ]

    def upkeep_view(self, request, pk):
        at = timezone.now()
        record = (
            self._with_state(request, self.record_model._base_manager.filter(pk=pk))
            .select_related("upkeep_role", "upkeep_owner")
            .first()
        )
        if not self.has_view_permission(request):
            raise PermissionDenied(f"Your account may not see {self.opts.verbose_name_plural}.")
        if record is None:
            raise Http404("No such record.")
        step = request.POST.get("step", "")
        review = ReviewForm(request.POST if step == "review" else None)
        plan = UpkeepForm(request.POST if step == "plan" else None, record=record)
        if step == "review" and review.is_valid():
            with refusals_shown_in(review):
                return self._review(request, record, review, at)
        if step == "plan" and plan.is_valid():
            with refusals_shown_in(plan):
                return self._plan(request, record, plan, at)
        return self._show_upkeep(request, record, review, plan, at)

    def _review(self, request, record, form, at):
        edition = record.editions.filter(number=form.cleaned_data["edition"]).first()
        if edition is None:
            raise Http404("No such version.")
        here = self.page_url("upkeep", record.pk)
        try:
            upkeep.confirm(
                edition=edition,
                note=form.cleaned_data["note"],
                last_review=form.cleaned_data["last_review"],
                by=request.user,
                at=at,
            )
        except upkeep.ReviewedMeanwhileError as error:
            return self.leave(request, here, str(error), messages.WARNING)
        return self.leave(
            request,
            here,
            f"Reviewed: “{record}” is still right. The public sees the day of the review.",
        )

    def _plan(self, request, record, form, at):
        upkeep.plan(record=record, values=form.cleaned_data, by=request.user, at=at)
        return self.leave(request, self.page_url("upkeep", record.pk), f"Saved for “{record}”.")

    def _show_upkeep(self, request, record, review, plan, at):
        found = upkeep_query.get(record, at=at, most_reviews=MOST_REVIEWS)
        return self.show_page(
            request,
            "upkeep",
            title="Still right?",
            subtitle=str(record),
            record=record,
            record_url=self.url_of(record),
            upkeep=found,
            edition_url=found.edition and self.page_url("edition", record.pk, found.edition.number),
            public_url=found.edition and self.public_url(record, found.edition),
            review_form=review if permissions.may_confirm(request.user, record, at=at) else None,
            plan_form=plan if permissions.may_plan_upkeep(request.user, record, at=at) else None,
            form=review if review.is_bound else plan,
            last_review=found.reviews[0].pk if found.reviews else 0,
            reviews=[
                ReviewRow(
                    exact_moment(row.at),
                    person(row.by),
                    row.edition,
                    self.page_url("edition", record.pk, row.edition),
                    row.note,
                )
                for row in found.reviews
            ],
        )

    def public_url(self, record, edition):
        """Return the address of the public page that shows a record with an edition in force, or ''."""
        return getattr(edition, "get_absolute_url", str)()
