"""The shared admin of governed records: the list, the form and saving through the actions."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from directorates.actions import locks
from directorates.actions.publishing import drafting, structure
from directorates.actions.refusals import REFUSALS
from directorates.actions.reviewing import reviewing
from directorates.admin.auditing.audited import Audited
from directorates.admin.change_sets.filling_page import SetPage
from directorates.admin.content_check import say_what_is_worth_mending
from directorates.admin.form_parts.autocomplete import LooksUp
from directorates.admin.form_parts.autosaved import Autosaved
from directorates.admin.form_parts.spelling import check_spelling
from directorates.admin.keys import read_key
from directorates.admin.records.assigned_records import FormOfPerson, is_assigned_to
from directorates.admin.records.correction_pages import CorrectionPages
from directorates.admin.records.draft_pages import DraftPages
from directorates.admin.records.edition_pages import EditionPages
from directorates.admin.records.form_sections import FormSections
from directorates.admin.records.governed_form import GovernedForm
from directorates.admin.records.presence_page import PresencePage
from directorates.admin.records.publish_pages import PublishPages
from directorates.admin.records.record_list import RecordList
from directorates.admin.records.record_state import request_instant, state_labels, with_state
from directorates.admin.records.upkeep_pages import UpkeepPages
from directorates.admin.records.where_used import WhereUsedSection
from directorates.admin.records.withholding_pages import WithholdingPages
from directorates.admin.refusals import show_refusal
from directorates.admin.wording import exact_moment, person
from directorates.models import ChangeSet
from directorates.models.records.governed import find_governed
from directorates.queries import permissions, visibility


class GovernedAdmin(
    RecordList,
    LooksUp,
    Autosaved,
    SetPage,
    WhereUsedSection,
    CorrectionPages,
    PublishPages,
    UpkeepPages,
    WithholdingPages,
    EditionPages,
    DraftPages,
    PresencePage,
    FormSections,
    FormOfPerson,
    Audited,
    admin.ModelAdmin,
):
    """Staff edit the working record. No saved change is public before it is published."""

    form = GovernedForm
    change_form_template = "admin/directorates/governed_change_form.html"
    #: Relations that the list and the form show.
    select_related = ("saved_by", "change_set")
    can_close = False

    class Media:
        css = {"all": ["admin/form.css"]}
        js = [
            "admin/unsaved_changes.js",
            "admin/rich_text_label.js",
            "admin/autocomplete_label.js",
            "admin/form_sections.js",
            "admin/form_keys.js",
            "admin/counters.js",
        ]

    # Reading

    @property
    def record_model(self):
        """The model whose table holds the record, which proxies share."""
        return self.opts.concrete_model

    @property
    def edition_model(self):
        return find_governed(self.record_model).edition_model

    def get_queryset(self, request):
        return self._with_state(request, super().get_queryset(request))

    def _with_state(self, request, records):
        return with_state(
            records.select_related(*self.select_related),
            self.edition_model,
            at=request_instant(request),
        )

    def get_object(self, request, object_id, from_field=None):
        """Read one record. A request that may save it locks it first, so its version holds."""
        try:
            pk = self.opts.pk.to_python(object_id)
        except ValidationError:
            return None
        records = self.model._base_manager.filter(pk=pk)
        if request.method == "POST" and connection.in_atomic_block:
            locks.rows(records)
        return self._with_state(request, records).first()

    # Permissions, which proxies share with their concrete model

    def _may(self, request, task):
        return bool(permissions.may(request.user, task, self.record_model))

    def has_add_permission(self, request):
        return self._may(request, "add")

    def has_change_permission(self, request, obj=None):
        """Whether the record may be changed. In review it is read only: the action refuses a sent form."""
        if obj is None or obj.pk is None:
            return self._may(request, "change")
        is_open = request.method == "POST" or not obj.is_in_review
        return self._may(request, "change") and is_open and is_assigned_to(request, obj)

    def has_view_permission(self, request, obj=None):
        return visibility.can_see(request.user, self.record_model)

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return self._may(request, "delete")
        is_open = request.method == "POST" or not obj.is_in_review
        may_go = is_open and not self._was_published(obj)
        return self._may(request, "delete") and may_go and is_assigned_to(request, obj)

    def has_publish_permission(self, request):
        return self._may(request, "publish")

    def _was_published(self, record):
        if hasattr(record, "has_editions"):
            return record.has_editions
        return record.editions.exists()

    def advice_on_fields(self, record):
        """Yield an Advice for each thing that a record lacks. Advice stops no publication."""
        return ()

    def advice_for(self, record):
        """Return one sentence for each thing that a record lacks."""
        return [one.words for one in self.advice_on_fields(record)]

    # The form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in self.autocomplete_fields and field is not None:
            # Pop-up windows over a form can lose its unsaved changes.
            widget = field.widget
            widget.can_add_related = widget.can_change_related = False
            widget.can_view_related = widget.can_delete_related = False
        if field is not None:
            check_spelling(db_field, field)
        return field

    def url_of(self, record):
        """Return the address of a record's form."""
        return self.page_url("change", record.pk)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        can_publish = self.has_publish_permission(request) or self.has_change_permission(request)
        extra_context = {"can_publish": can_publish} | (extra_context or {})
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["is_governed"] = True
        context["may_publish_alone"] = self.has_publish_permission(request)
        if obj is not None and obj.pk:
            context |= {
                "state_labels": state_labels(obj),
                "saved_phrase": self._saved_phrase(obj),
                "editions": self.edition_rows(obj, at=request_instant(request)),
                "publish_url": self.page_url("publish", obj.pk),
                "upkeep_url": self.page_url("upkeep", obj.pk),
                "presence_url": self.page_url("presence", obj.pk),
                "history_url": self.page_url("history", obj.pk),
                "discard_url": self.discard_url(request, obj),
                "unpublish_urls": self.unpublish_urls(request, obj),
                "delete_url": self.page_url("delete", obj.pk)
                if self.has_delete_permission(request, obj)
                else "",
                "delete_refusal": self._delete_refusal(request, obj),
                "is_outside_assignment": not is_assigned_to(request, obj),
            }
            context["can_publish"] = context["can_publish"] and is_assigned_to(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _saved_phrase(self, record):
        if record.saved_at is None:
            return ""
        return f"Last saved by {person(record.saved_by)} on {exact_moment(record.saved_at)}."

    def _delete_refusal(self, request, record):
        may_delete = self._may(request, "delete") and is_assigned_to(request, record)
        if may_delete and self._was_published(record):
            return f"It was published, so it stays on record and cannot be deleted. {self.instead_of_deleting}"
        return ""

    # Saving

    def save_model(self, request, obj, form, change):
        if change and not form.has_changed():
            return
        relations = {
            relation.name: form.cleaned_data[relation.name]
            for relation in obj.content_relations()
            if relation.name in form.cleaned_data
        }
        drafting.save(
            record=obj,
            relations=relations,
            by=request.user,
            at=timezone.now(),
            expected_version=form.cleaned_data["opened_version"] if change else None,
        )

    def save_related(self, request, form, formsets, change):
        """Do nothing: the action has written the relations together with the record."""

    def response_add(self, request, obj, post_url_continue=None):
        return self._stay_or_publish(request, obj)

    def response_change(self, request, obj):
        return self._stay_or_publish(request, obj)

    def _stay_or_publish(self, request, record):
        """Redirect to the page of the pressed button. Saving stays on the form."""
        if "_publish" in request.POST:
            return HttpResponseRedirect(self.page_url("publish", record.pk))
        if "_preview" in request.POST:
            return HttpResponseRedirect(reverse("directorates:preview-unit", args=[record.pk]))
        self._say_what_a_draft_is(request, record)
        return self._put_into_set(request, record) or HttpResponseRedirect(self.url_of(record))

    def _put_into_set(self, request, record):
        """Put a saved record into the set that the address names, and return to it; None without one."""
        key = read_key(request.GET.get("into", ""))
        change_set = ChangeSet.objects.filter(pk=key).first() if key else None
        if change_set is None or not record.has_unpublished_changes:
            return None
        try:
            reviewing.add(
                change_set=change_set, records=[record], by=request.user, at=timezone.now()
            )
        except REFUSALS as error:
            show_refusal(request, error)
            return None
        message = f"“{record}” is in the change set “{change_set}” now."
        return self.leave(request, change_set.get_absolute_url(), message)

    def _say_what_a_draft_is(self, request, record):
        if not record.has_unpublished_changes:
            self.message_user(request, f"“{record}” is saved. It says what was published last.")
            return
        self.message_user(
            request,
            f"“{record}” is saved as a draft. The public sees it once it is published.",
        )
        say_what_is_worth_mending(request, record, timezone.now())
        for problem in structure.find_publication_problems(records=[record], at=timezone.now()):
            self.message_user(
                request, f"This would stop its publication now: {problem}", messages.WARNING
            )

    def delete_model(self, request, obj):
        drafting.delete(record=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for record in queryset:
            self.delete_model(request, record)

    def delete_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id)) if request.method == "GET" else None
        if record is not None and (refusal := self._delete_refusal(request, record)):
            return self.leave(request, self.url_of(record), refusal, messages.WARNING)
        return super().delete_view(request, object_id, extra_context)
