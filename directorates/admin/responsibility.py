import re

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from directorates.actions import responsibilities
from directorates.admin.auditing.audited import Audited
from directorates.admin.form_parts.autosaved import Autosaved
from directorates.admin.form_parts.live_form import LiveForm
from directorates.admin.records.record_state import request_instant
from directorates.admin.records.where_used import WhereUsedSection
from directorates.models import Responsibility, Unit, UnitEdition
from directorates.queries import permissions
from directorates.queries.staff import audit_trail


class SynonymsField(forms.CharField):
    """A list of words, typed with commas or one a line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        words = re.split(r"[,;\n]", super().to_python(value))
        return Responsibility._meta.get_field("synonyms").to_python(words)

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class ResponsibilityForm(LiveForm):
    synonyms = SynonymsField(
        required=False,
        help_text="Other words that people use for it, one a line or with commas between. Each has a"
        " line in “Who does what” that leads to this entry, and helps search.",
    )

    class Meta:
        model = Responsibility
        fields = ["phrase", "synonyms", "description"]

    def clean_phrase(self):
        phrase = self.cleaned_data["phrase"]
        if other := responsibilities.find_same(phrase, besides=self.instance):
            raise ValidationError(f"There is a responsibility “{other}” already.")
        return phrase

    def clean(self):
        super().clean()
        if self.instance.pk is not None and {"phrase", "synonyms", "description"} & set(
            self.changed_data
        ):
            try:
                responsibilities.refuse_in_review(self.instance)
            except responsibilities.ResponsibilityInReviewError as error:
                raise ValidationError(str(error)) from error


@admin.register(Responsibility)
class ResponsibilityAdmin(Autosaved, WhereUsedSection, Audited, admin.ModelAdmin):
    form = ResponsibilityForm
    change_form_template = "admin/directorates/responsibility_change_form.html"
    list_display = ["phrase", "synonym_list", "in_use"]
    search_fields = ["phrase", "synonyms", "description"]
    actions = ["delete_selected"]
    show_full_result_count = False

    class Media:
        js = ["admin/unsaved_changes.js"]

    def history_context(self, request, record):
        return {"was_loaded": audit_trail.was_loaded(record)}

    def get_queryset(self, request):
        own = {"responsibilities": OuterRef("pk")}
        editions = UnitEdition.objects.filter(**own).order_by()
        return (
            super()
            .get_queryset(request)
            .annotate(
                is_published=Exists(editions.not_withdrawn()),
                is_in_use=Exists(editions) | Exists(Unit.objects.filter(**own).order_by()),
            )
        )

    @admin.display(description="synonyms")
    def synonym_list(self, responsibility):
        return ", ".join(responsibility.synonyms)

    @admin.display(description="used by")
    def in_use(self, responsibility):
        if responsibility.is_published:
            return "published pages"
        return "drafts only" if responsibility.is_in_use else "nothing yet"

    def get_fieldsets(self, request, obj=None):
        options = {"fields": ["phrase", "synonyms", "description", "opened_as"]}
        if obj is not None and (change_set := responsibilities.find_review(obj)):
            options["description"] = (
                f"A unit that names it is in review with the change set “{change_set}”, so it is read"
                " only. Take the set back first, or wait for the review."
            )
        elif obj is not None and obj.is_published:
            options["description"] = (
                "The phrase is on published pages, past ones included, so it can no longer be"
                " changed. For another wording, add a responsibility and give that one to the units."
            )
        return [(None, options)]

    def get_readonly_fields(self, request, obj=None):
        return ["phrase"] if obj is not None and obj.is_published else []

    def has_change_permission(self, request, obj=None):
        """Whether the person may change the responsibility: all units that have it must be theirs.

        A responsibility that a record in review names is read only. The form refuses a sent change, with the
        reason beside the typed text.
        """
        if obj is None or obj.pk is None:
            return super().has_change_permission(request, obj)
        at = request_instant(request)
        may_change = bool(permissions.may_change_responsibility(request.user, obj, at=at))
        if request.method == "POST":
            return may_change
        return may_change and responsibilities.find_review(obj) is None

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (
            obj is not None and responsibilities.is_in_use(obj)
        )

    def save_model(self, request, obj, form, change):
        responsibilities.save(responsibility=obj, by=request.user, at=timezone.now())

    def delete_model(self, request, obj):
        responsibilities.delete(responsibility=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for responsibility in queryset:
            self.delete_model(request, responsibility)

    @admin.action(
        description="Delete unused ones…",
        permissions=["delete"],
    )
    def delete_selected(self, request, queryset):
        used = [str(responsibility) for responsibility in queryset if responsibility.is_in_use]
        if used:
            self.message_user(
                request,
                f"Nothing was deleted. Units have or had these, so they stay: {', '.join(used)}.",
                messages.ERROR,
            )
            return None
        return delete_selected(self, request, queryset)
