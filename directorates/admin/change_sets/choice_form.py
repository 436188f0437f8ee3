"""The part of a form that asks for the change set of a record."""

from django import forms

from directorates.actions.reviewing import reviewing
from directorates.models import ChangeSet
from directorates.queries import assignments
from directorates.rules import review_states

#: A longer list is no help; the newest come first.
MOST_SETS = 50


def find_sets(user):
    """Return the change sets that a person may add to: their own, or all if the person works everywhere."""
    sets = ChangeSet.objects.filter(state__in=review_states.EDITABLE)
    return sets if assignments.is_assigned_everywhere(user) else sets.filter(author=user)


class ChangeSetChoiceForm(forms.Form):
    """Asks for a new change set or an editable one."""

    change_set = forms.ModelChoiceField(
        ChangeSet.objects.none(),
        required=False,
        empty_label="A new one",
        label="Change set",
        help_text="Everything in a change set is reviewed together and takes effect at one instant.",
    )
    title = ChangeSet._meta.get_field("title").formfield(
        required=False,
        label="Title of a new one",
        help_text="What changes, in a few words. Empty: the names of the records.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        sets = find_sets(user)
        newest = sets.order_by("-created_at", "-pk").values("pk")[:MOST_SETS]
        self.fields["change_set"].queryset = sets.filter(
            pk__in=list(newest.values_list("pk", flat=True))
        )

    def clean(self):
        super().clean()
        if self.cleaned_data.get("change_set") and self.cleaned_data.get("title", "").strip():
            self.add_error(
                "title",
                "You chose a change set, but also typed a title for a new one. Choose “A new one”, or"
                " empty the title.",
            )

    def chosen_set(self, *, records, by, at, public_note=""):
        """Return the chosen or newly made change set, locked before any record.

        `public_note` is added to the set's note. Raises PublishingError.
        """
        data = self.cleaned_data
        if data["change_set"]:
            note = public_note.strip()
            return reviewing.add_note(change_set=data["change_set"], note=note, by=by, at=at)
        title = data["title"] or reviewing.title_of(records)
        return reviewing.create(title=title, public_note=public_note, by=by, at=at)
