"""Change sets: filled by editors, looked at as a whole, and moved on by whoever may."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone

from directorates import review_states, visibility
from directorates.actions import reviewing
from directorates.actions.editions import PublishingError
from directorates.admin.audited import Audited
from directorates.admin.kept_text import KeptText
from directorates.admin.preview_links import PreviewLinks
from directorates.admin.state import instant_of
from directorates.admin.where_used import UseFilter
from directorates.admin.wording import exact_moment, moment, person
from directorates.models import ChangeSet, Figure, FigureEdition, Unit, UnitEdition

ACTIONS = {
    "submit": reviewing.submit,
    "take-back": reviewing.take_back,
    "return": reviewing.return_to_author,
    "approve": reviewing.approve,
    "discard": reviewing.discard,
    "withdraw": reviewing.withdraw,
}

DONE = {
    "create": "Made",
    "add": "Filled",
    "remove": "Emptied",
    "submit": "Submitted for review",
    "take-back": "Taken back from review",
    "return": "Returned with comments",
    "approve": "Approved",
    "discard": "Discarded",
    "withdraw": "Withdrawn",
}


#: How many records the form of a set offers to add.
MOST_OFFERED = 100


class ChangeSetForm(forms.ModelForm):
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Units with unpublished changes that are in no other change set.",
    )
    figures = forms.ModelMultipleChoiceField(
        Figure.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Figures with unpublished changes that are in no other change set.",
    )
    opened_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    #: Who fills it in, and when; set by the admin that makes the form.
    user = instant = None

    class Meta:
        model = ChangeSet
        fields = ["title", "reason", "public_note", "effective_from"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version
        for name, model in (("units", Unit), ("figures", Figure)):
            find_own = visibility.own_units if model is Unit else visibility.own_figures
            free = Q(
                change_set=None,
                has_unpublished_changes=True,
                pk__in=find_own(self.user, at=self.instant).values("pk"),
            )
            held = Q(change_set=self.instance) if self.instance.pk else Q(pk=None)
            self.fields[name].queryset = model.objects.filter(free | held)
            self._offer(name, model.objects.filter(held), model.objects.filter(free))

    def _offer(self, name, held, free):
        """Offer as boxes what the set holds, and of the rest as many as a person can look through.

        What is valid is not limited by what is offered.
        """
        held, offered = list(held), list(free[: MOST_OFFERED + 1])
        field = self.fields[name]
        if self.instance.pk:
            self.initial[name] = [record.pk for record in held]
        if not (held or offered):
            field.help_text += " There are none now."
        if len(offered) > MOST_OFFERED:
            field.help_text += (
                f" Only the first {MOST_OFFERED} are offered here. To add others, mark them in the"
                f" list of {name}, and choose the action that puts them into a change set."
            )
        field.choices = [(record.pk, str(record)) for record in [*held, *offered[:MOST_OFFERED]]]

    def clean(self):
        super().clean()
        if self.instance.pk and self.cleaned_data.get("opened_version") != self.instance.version:
            self.data = self.data.copy()
            self.data["opened_version"] = str(self.instance.version)
            self.add_error(
                None,
                "Someone else saved or moved this change set after you opened it. Nothing was"
                " overwritten, and your text is still in the form. Look at the set, then save again.",
            )

    @property
    def records(self):
        return [*self.cleaned_data["units"], *self.cleaned_data["figures"]]


@dataclass(frozen=True)
class OfferedMove:
    """A move as a button; `refusal` says why it cannot be made, '' if it can."""

    name: str
    label: str
    refusal: str
    needs_comment: bool


@dataclass(frozen=True)
class WrittenMove:
    done: str
    by: str
    at: str
    comment: str


@admin.register(ChangeSet)
class ChangeSetAdmin(KeptText, PreviewLinks, Audited, admin.ModelAdmin):
    form = ChangeSetForm
    change_form_template = "admin/directorates/change_set_change_form.html"
    list_display = ["title", "state", "author", "takes_effect", "records"]
    list_filter = ["state", UseFilter]
    search_fields = ["title", "reason", "public_note"]
    list_select_related = ["author"]
    show_full_result_count = False
    view_on_site = False
    fieldsets = [
        (
            "The change",
            {"fields": ["title", "reason", "public_note", "effective_from", "opened_version"]},
        ),
        ("What goes live together", {"fields": ["units", "figures"]}),
    ]

    class Media:
        js = ["admin/unsaved_changes.js"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                held=_number_of(Unit) + _number_of(Figure),
                made=_number_of(UnitEdition) + _number_of(FigureEdition),
            )
        )

    @admin.display(description="takes effect", ordering="effective_from")
    def takes_effect(self, change_set):
        if change_set.effective_from is None:
            return "when it is approved"
        return moment(change_set.effective_from)

    @admin.display(description="records")
    def records(self, change_set):
        return change_set.held or change_set.made

    # Permissions: what is in review or done is read only.

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        is_editable = obj.state in (ChangeSet.State.OPEN, ChangeSet.State.RETURNED)
        return is_editable and (
            obj.author_id == request.user.pk
            or not reviewing.find_foreign(obj, request.user, at=instant_of(request))
        )

    def has_delete_permission(self, request, obj=None):
        """A change set is discarded, and stays on record."""
        return False

    # The form

    def get_urls(self):
        move = path(
            "<int:pk>/move/",
            self.admin_site.admin_view(self.move_view),
            name="directorates_changeset_move",
        )
        return [move, *super().get_urls()]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user, form.instant = request.user, instant_of(request)
        return form

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [("The change", {"fields": ["title", "reason", "public_note", "effective_from"]})]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PublishingError as error:
            _tell(self, request, error)
            return HttpResponseRedirect(request.path)

    def save_model(self, request, obj, form, change):
        now = timezone.now()
        if not change:
            made = reviewing.create(
                title=obj.title,
                reason=obj.reason,
                public_note=obj.public_note,
                effective_from=obj.effective_from,
                records=form.records,
                by=request.user,
                at=now,
            )
            obj.pk, obj.version = made.pk, made.version
            return
        reviewing.save(change_set=obj, by=request.user, at=now)
        held = reviewing.records_of(ChangeSet.objects.get(pk=obj.pk))
        for record in held:
            if record not in form.records:
                reviewing.remove(change_set=obj, record=record, by=request.user, at=now)
        reviewing.add(change_set=obj, records=form.records, by=request.user, at=now)

    def save_related(self, request, form, formsets, change):
        """The action has put the records into the set."""

    def response_add(self, request, obj, post_url_continue=None):
        self.message_user(request, f"The change set “{obj}” is made.", messages.SUCCESS)
        return HttpResponseRedirect(obj.get_absolute_url())

    def response_change(self, request, obj):
        self.message_user(request, f"The change set “{obj}” is saved.", messages.SUCCESS)
        return HttpResponseRedirect(obj.get_absolute_url())

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            context |= self._whole(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _whole(self, request, change_set):
        """What a reviewer looks at: every change, what stops it, the moves, and the steps so far."""
        now = timezone.now()
        is_held = change_set.holds_records
        return {
            "change_set": change_set,
            "can_preview_set": change_set.holds_records
            or change_set.state == ChangeSet.State.APPROVED,
            "publications": self._publications(change_set, now) if is_held else [],
            "editions": [] if is_held else self._editions(change_set),
            "problems": reviewing.find_problems(change_set, at=now) if is_held else [],
            "offered_moves": list(self._offered_moves(request, change_set, now)),
            "written_moves": [
                WrittenMove(
                    DONE.get(step.name, step.name),
                    person(step.by),
                    exact_moment(step.at),
                    step.comment,
                )
                for step in change_set.moves.select_related("by")
            ],
            "move_url": reverse("admin:directorates_changeset_move", args=[change_set.pk]),
        }

    def _publications(self, change_set, at):
        publications = []
        for model, records in ((Unit, change_set.units), (Figure, change_set.figures)):
            record_admin = self.admin_site.get_model_admin(model)
            held = list(record_admin.with_content(records.all()))
            publications += record_admin.publications(held, at) if held else []
        return publications

    def _editions(self, change_set):
        for edition in reviewing.editions_of(change_set):
            record_admin = self.admin_site.get_model_admin(type(edition.record))
            url = record_admin.page_url("edition", edition.record.pk, edition.number)
            yield f"{edition.record}, edition {edition.number}", url

    def _offered_moves(self, request, change_set, at):
        for move in review_states.moves_from(change_set.state):
            if request.user.has_perm(f"directorates.{move.permission}"):
                refusal = reviewing.refusal(change_set, move, request.user, at=at)
                yield OfferedMove(move.name, move.label, refusal, move.needs_comment)

    # Moving it on

    def move_view(self, request, pk):
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        change_set = get_object_or_404(ChangeSet, pk=pk)
        move = review_states.MOVES.get(request.POST.get("move"))
        if move is None or not request.user.has_perm(f"directorates.{move.permission}"):
            raise PermissionDenied("Your account may not make this move.")
        comment = request.POST.get("comment", "").replace("\0", "")
        try:
            if request.POST.get("version") != str(change_set.version):
                raise reviewing.ReviewError(
                    "The change set was changed or moved after you opened this page. Look at it again."
                )
            ACTIONS[move.name](
                change_set=change_set, by=request.user, at=timezone.now(), comment=comment
            )
        except PublishingError as error:
            _tell(self, request, error)
            return HttpResponseRedirect(change_set.get_absolute_url())
        self.message_user(request, f"{DONE[move.name]}: “{change_set}”.", messages.SUCCESS)
        return HttpResponseRedirect(change_set.get_absolute_url())


def _number_of(model):
    """Count the rows of a set. Counted in one join, each row of one table would meet all of the other."""
    rows = model.objects.filter(change_set=OuterRef("pk")).order_by().values("change_set")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


def _tell(model_admin, request, error):
    for line in str(error).splitlines():
        model_admin.message_user(request, line, messages.ERROR)
