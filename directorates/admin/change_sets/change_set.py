"""The admin of change sets: editors fill them, reviewers read them as a whole, and permitted people make their transitions."""

from functools import reduce
from operator import add

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import format_html

from directorates.actions.publishing import correction_plan
from directorates.actions.refusals import PublishingError
from directorates.actions.reviewing import review_questions, review_reading, reviewing
from directorates.admin.auditing.audited import Audited
from directorates.admin.change_sets.change_set_form import ChangeSetForm, make_form
from directorates.admin.change_sets.remarks import SetRemarks
from directorates.admin.change_sets.shown_texts import reading_field, take_differences
from directorates.admin.change_sets.transitions import (
    ChangeSetTransitions,
)
from directorates.admin.change_sets.way import state_of_set
from directorates.admin.change_sets.writers import (
    made_edition,
    name_submitters,
    name_writers,
    state_label_of,
    with_writers,
)
from directorates.admin.content_check import finding_rows
from directorates.admin.form_parts.autosaved import Autosaved
from directorates.admin.form_parts.one_time_form import MadeOnce
from directorates.admin.records.assigned_records import FormOfPerson, is_assigned_to_set
from directorates.admin.records.preview_links import PreviewLinks
from directorates.admin.records.publish_pages import Publication
from directorates.admin.records.where_used import UseFilter
from directorates.admin.refusals import posted_text, take_typed
from directorates.admin.wording import exact_moment, moment, person
from directorates.models import ChangeSet
from directorates.models.fields import LongTextField, ShortTextField
from directorates.models.records.content import with_content
from directorates.models.records.governed import GOVERNED
from directorates.previews import linked_places
from directorates.queries import permissions
from directorates.queries.staff import content_check, contributors


class OneStepFilter(admin.SimpleListFilter):
    """Leaves out what one person published in one step, unless the address asks for it or searches."""

    title = "way"
    parameter_name = "way"

    def lookups(self, request, model_admin):
        return [("all", "Published in one step too")]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        yield first | {"display": "Prepared or reviewed"}
        yield from others

    def queryset(self, request, queryset):
        if self.value() == "all" or request.GET.get("q"):
            return queryset
        # An instant of two actions: nothing was between them.
        return queryset.exclude(approved_at__isnull=False, approved_at=F("created_at"))


@admin.register(ChangeSet)
class ChangeSetAdmin(
    ChangeSetTransitions,
    SetRemarks,
    MadeOnce,
    Autosaved,
    PreviewLinks,
    FormOfPerson,
    Audited,
    admin.ModelAdmin,
):
    form = ChangeSetForm
    change_form_template = "admin/directorates/change_set_change_form.html"
    list_display = ["title", "how_far", "author", "takes_effect", "records"]
    list_filter = [OneStepFilter, "state", UseFilter]
    search_fields = ["title", "reason", "public_note"]
    list_select_related = ["author"]
    show_full_result_count = False
    view_on_site = False
    # The admin's default box for short texts has one line and would lose the lines of the note.
    formfield_overrides = {
        kind: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
        for kind in (ShortTextField, LongTextField)
    }
    fieldsets = [
        (
            "The change",
            {
                "fields": [
                    *("title", "reason", "public_note", "effective_from"),
                    *("opened_version", "one_time_number"),
                ]
            },
        ),
    ]

    class Media:
        js = ["admin/unsaved_changes.js", "admin/takes_effect.js"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                held=_number_of(governed.model for governed in GOVERNED),
                made=_number_of(governed.edition_model for governed in GOVERNED),
                withdrawn=_number_of(
                    (governed.edition_model for governed in GOVERNED), withdrawn_at__isnull=False
                ),
            )
        )

    @admin.display(description="state", ordering="state")
    def how_far(self, change_set):
        return state_label_of(change_set, made=change_set.made, withdrawn=change_set.withdrawn)

    @admin.display(description="takes effect", ordering="effective_from")
    def takes_effect(self, change_set):
        if change_set.effective_from is None:
            return "as soon as it is approved"
        return moment(change_set.effective_from)

    @admin.display(description="records")
    def records(self, change_set):
        return change_set.held or change_set.made

    @admin.display(description="takes effect")
    def planned_effect(self, change_set):
        """Return the text that replaces the field where the set is read only."""
        if change_set.effective_from is None:
            return format_html("<strong>{}</strong>", "as soon as it is approved")
        return format_html("<strong>{}</strong>", exact_moment(change_set.effective_from))

    # Permissions: a set in review or done is read only.

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        if obj is None:
            return True
        # A sent form goes on to the action, which refuses it with the reason beside the typed text.
        return (obj.is_editable or request.method == "POST") and is_assigned_to_set(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Return False: a change set is discarded and stays on record."""
        return False

    # The form

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change=change, form=make_form(), **kwargs)

    def get_fieldsets(self, request, obj=None):
        if obj is None or self.has_change_permission(request, obj):
            held = {"fields": [governed.held_name for governed in GOVERNED]}
            return [*self.fieldsets, ("Records in this change set", held)]
        return [("The change", {"fields": ["title", "reason", "public_note", "planned_effect"]})]

    def save_model(self, request, obj, form, change):
        now = timezone.now()
        if not change:
            made = reviewing.create(
                title=obj.title,
                reason=obj.reason,
                public_note=obj.public_note,
                effective_from=obj.effective_from,
                records=form.records,
                form_number=form.cleaned_data["one_time_number"],
                by=request.user,
                at=now,
            )
            obj.pk, obj.version = made.pk, made.version
            return
        reviewing.save(change_set=obj, records=form.records, by=request.user, at=now)

    def save_related(self, request, form, formsets, change):
        """Do nothing: the action has put the records into the set."""

    def response_add(self, request, obj, post_url_continue=None):
        return self.leave(request, obj.get_absolute_url(), f"The change set “{obj}” is made.")

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            if request.method == "POST":
                # The form wrote the typed values into its own object; the page shows the saved ones.
                obj = self.get_object(request, str(obj.pk))
            context |= self._whole(request, obj)
        # The set's page stays open after a save, and a set leads to no second one.
        context |= {"show_save_and_continue": False, "show_save_and_add_another": False}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _whole(self, request, change_set):
        """Return a reviewer's data: every change, the problems, the transitions and the steps so far."""
        now = timezone.now()
        is_held = change_set.holds_records
        hands = contributors.hands_in(change_set)
        is_in_review = change_set.state == ChangeSet.State.IN_REVIEW
        reading = review_reading.read_set(change_set, at=now) if is_in_review else {}
        editions = [] if is_held else self._editions(change_set, hands)
        held = list(change_set.find_records()) if is_held else []
        own, contradicting = (
            content_check.find_contradictions(held, at=now, find_ids=linked_places.find_ids)
            if held
            else ([], [])
        )
        offered = list(self.offered_transitions(request, change_set, now))
        publications, open_remarks = [], 0
        if is_held:
            publications, open_remarks = self.with_remarks(
                request, change_set, with_writers(self._publications(change_set, now), hands)
            )
        return {
            "change_set": change_set,
            "open_remarks": open_remarks,
            "remark_url": self.page_url("remark", change_set.pk)
            if is_held and permissions.may_remark(request.user, change_set, at=now)
            else "",
            "begun": moment(change_set.created_at),
            "worth_mending": finding_rows(self.admin_site, own),
            "contradicting": finding_rows(
                self.admin_site,
                contradicting,
                into=change_set if change_set.is_editable and not change_set.correction else None,
            ),
            "state_label": state_label_of(
                change_set,
                made=len(editions),
                withdrawn=sum(bool(edition.withdrawn) for edition in editions),
            ),
            "maker": person(change_set.author),
            "approver": person(change_set.approved_by),
            "writers": name_writers(hands),
            "submitters": name_submitters(hands),
            "reading": reading_field(reading),
            "changed_since": take_differences(request, change_set),
            "can_preview_set": change_set.is_alive,
            "publications": publications,
            "editions": editions,
            "problems": review_questions.find_problems(change_set, at=now) if is_held else [],
            "offered_transitions": offered,
            "can_comment": any(not transition.refusal for transition in offered),
            **state_of_set(change_set, request.user, now, open_remarks=open_remarks),
            "typed_comment": posted_text(request, "comment")
            or take_typed(request, f"transition_{change_set.pk}"),
            "is_editable": change_set.is_editable
            and self.has_change_permission(request, change_set),
            "has_passed": review_questions.has_passed(change_set, now),
            "planned": exact_moment(change_set.effective_from) if change_set.effective_from else "",
            "open_again_url": self.page_url("open_again", change_set.pk)
            if not change_set.is_alive
            and change_set.correction is None
            and permissions.may_make_set(request.user)
            else "",
            "transition_url": self.page_url("transition", change_set.pk),
        }

    def _publications(self, change_set, at):
        publications = self._corrections(change_set, at)
        for governed in GOVERNED:
            record_admin = self.admin_site.get_model_admin(governed.model)
            held = list(with_content(governed.held_by(change_set)))
            publications += record_admin.publications(held, at) if held else []
        return publications

    def _corrections(self, change_set, at):
        """Return the correction of a set as a list of one publication, or nothing while it is impossible."""
        publications = []
        for record in change_set.find_corrected():
            record_admin = self.admin_site.get_model_admin(type(record))
            kept = change_set.correction
            try:
                plan = correction_plan.make_plan(record, kept["fields"], at=at)
            except PublishingError:
                continue
            view = record_admin.correction_view(plan, kept["choices"], at=at)
            publications.append(
                Publication(
                    record, record_admin.url_of(record), False, [], [], view.differences,
                    correction=view, after="The correction",
                    correct_url=record_admin.page_url("correct", record.pk),
                )
            )  # fmt: skip
        return publications

    def _editions(self, change_set, hands):
        made, of_record = [], contributors.by_record(hands)
        for edition in change_set.find_all_editions():
            record_admin = self.admin_site.get_model_admin(type(edition.record))
            url = record_admin.page_url("edition", edition.record.pk, edition.number)
            made.append(made_edition(edition, url, of_record[edition.record]))
        return made


def _number_of(models, **those):
    """Count the rows of a set, with one subquery a table: a join would multiply the tables' rows."""
    numbers = []
    for model in models:
        rows = model.objects.filter(change_set=OuterRef("pk"), **those)
        rows = rows.order_by().values("change_set").annotate(number=Count("pk"))
        numbers.append(Coalesce(Subquery(rows.values("number")), 0))
    return reduce(add, numbers)
