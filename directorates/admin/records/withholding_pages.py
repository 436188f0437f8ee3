"""The page that withholds a past version of a record from the public, or shows it again. Two people take part."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.actions import withholding
from directorates.admin.refusals import refusals_shown_in
from directorates.admin.wording import exact_moment, person
from directorates.models import WithholdingStep
from directorates.models.records.content import with_content
from directorates.queries import permissions
from directorates.queries.staff.withholding import may_agree, state_after, steps_of
from directorates.rules import withholding_states

ACTIONS = {
    "ask-to-withhold": withholding.ask_to_withhold,
    "withhold": withholding.withhold,
    "decline-withholding": withholding.decline_withholding,
    "ask-to-show": withholding.ask_to_show,
    "show-again": withholding.show_again,
    "keep-withheld": withholding.keep_withheld,
}


class WithholdingForm(forms.Form):
    """Asks for the reason. The button that was pressed is the step."""

    reason = WithholdingStep._meta.get_field("reason").formfield(
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}), required=False
    )


#: What the link on the page of a version says, by its state.
LINK_WORDS = {
    withholding_states.SHOWN: "Withhold from the public…",
    withholding_states.WITHHELD: "Show it again…",
}


@dataclass(frozen=True)
class WithholdingLink:
    """The link to an edition's page for withholding. `state` says what the public can read."""

    state: str
    url: str
    words: str


@dataclass(frozen=True)
class WithholdingStepRow:
    done: str
    by: str
    at: str
    reason: str


class WithholdingPages:
    """A part of GovernedAdmin."""

    def get_urls(self):
        route = "<int:pk>/editions/<int:number>/withholding/"
        return [self.page_path(route, self.withholding_view, "withholding"), *super().get_urls()]

    def withholding_link(self, request, edition, record, at):
        """Return the link to the edition's page for withholding, or None if the person may not use it."""
        if not (_is_past(edition) and permissions.may_withhold(request.user, record, at=at)):
            return None
        state = state_after(steps_of(edition))
        return WithholdingLink(
            state=withholding_states.WORDS[state],
            url=self.page_url("withholding", record.pk, edition.number),
            words=LINK_WORDS.get(state, "Look at the request…"),
        )

    def withholding_view(self, request, pk, number):
        at = timezone.now()
        edition = get_object_or_404(
            with_content(self._editions_of(pk, at)).select_related(self.edition_model.record_field),
            number=number,
        )
        if not (answer := permissions.may_withhold(request.user, edition.record, at=at)):
            raise PermissionDenied(answer.refusal)
        form = WithholdingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with refusals_shown_in(form):
                return self._take_withholding_step(request, edition, form, at)
        return self._show_withholding(request, edition, form)

    def _take_withholding_step(self, request, edition, form, at):
        name = request.POST.get("step", "")
        if name not in ACTIONS:
            raise PermissionDenied("There is no such step.")
        ACTIONS[name](edition=edition, reason=form.cleaned_data["reason"], by=request.user, at=at)
        transition = withholding_states.TRANSITIONS[name]
        here = self.page_url("withholding", edition.record_pk, edition.number)
        message = f"{transition.done}: published version {edition.number} of “{edition.record}”."
        return self.leave(request, here, message)

    def _show_withholding(self, request, edition, form):
        steps = steps_of(edition)
        state = state_after(steps)
        transitions = withholding_states.transitions_from(state)
        is_own = state in withholding_states.WAITING and not may_agree(request.user, steps[-1])
        form.fields["reason"].required = any(one.needs_reason for one in transitions)
        return self.show_page(
            request,
            "withholding",
            title=f"Published version {edition.number}: what the public can read",
            subtitle=str(edition.record),
            record=edition.record,
            record_url=self.url_of(edition.record),
            edition=self._edition_row(edition),
            is_past=_is_past(edition),
            form=form,
            state=withholding_states.WORDS[state],
            is_own=is_own,
            transitions=[one for one in transitions if not (is_own and one.by_second_person)],
            steps=[
                WithholdingStepRow(step.done, person(step.by), exact_moment(step.at), step.reason)
                for step in steps
            ],
        )


def _is_past(edition):
    return not (edition.withdrawn_at or edition.is_in_force or edition.is_scheduled)
