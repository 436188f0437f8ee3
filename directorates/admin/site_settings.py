from django.contrib import admin
from django.db import models
from django.http import HttpResponseRedirect
from django.utils import timezone

from directorates.actions import site_settings
from directorates.admin.auditing.audited import Audited
from directorates.admin.form_parts.autosaved import Autosaved
from directorates.admin.form_parts.inline_table import InlineTable
from directorates.admin.form_parts.instant_field import DayInput
from directorates.admin.form_parts.live_form import LiveForm
from directorates.models import REQUIRED_LINK_TEXTS, SiteLink, SiteSettings
from directorates.queries import permissions
from directorates.rules.content import lines


class SiteLinkInline(InlineTable):
    model = SiteLink
    extra = 1
    fields = ["position", "text", "url"]

    def _may_change_settings(self, request, obj=None):
        """Whether the person may change the settings, which includes their links."""
        return bool(permissions.may(request.user, "change", SiteSettings))

    has_add_permission = has_change_permission = _may_change_settings
    has_delete_permission = has_view_permission = _may_change_settings

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Label each box, because its column's heading does not."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = str(db_field.verbose_name)
        return field


def find_missing(settings):
    """Return one sentence for each item that federal rules require and the settings lack."""
    if not settings.follows_us_federal_rules:
        return []
    links = settings.links.values_list("text", "url") if settings.pk else ()
    addresses = {lines.fold(text): url for text, url in links}
    findings = [
        f"The link “{text}” has no address, so it does not appear on any page."
        for text in REQUIRED_LINK_TEXTS
        if not addresses.get(lines.fold(text))
    ]
    if not (settings.contact_email or settings.contact_phone or settings.contact_url):
        findings.append(
            "No contact is set: give an e-mail address, a phone number or a contact page."
        )
    if not settings.parent_organization:
        findings.append("The parent organization is not named.")
    if not settings.domain:
        findings.append("The agency's domain is not set.")
    return findings


@admin.register(SiteSettings)
class SiteSettingsAdmin(Autosaved, Audited, admin.ModelAdmin):
    """One record. Its changes take effect at once."""

    form = LiveForm
    change_form_template = "admin/directorates/site_settings_change_form.html"
    fieldsets = [
        ("The site", {"fields": ["site_name", "heading", "language", "time_zone", "opened_as"]}),
        (
            "The agency",
            {
                "fields": [
                    "parent_organization",
                    "parent_organization_url",
                    "domain",
                    "follows_us_federal_rules",
                    "official_claim",
                    "logo",
                    "logo_alt",
                ]
            },
        ),
        ("Contact", {"fields": ["contact_email", "contact_phone", "contact_url"]}),
        (
            "Visitor survey",
            {
                "fields": [
                    "survey_is_open",
                    "survey_sample_percent",
                    "survey_requires_clearance",
                    "survey_omb_control_number",
                    "survey_omb_expires_on",
                    "survey_burden_minutes",
                ]
            },
        ),
    ]
    formfield_overrides = {models.DateField: {"widget": DayInput}}
    inlines = [SiteLinkInline]

    class Media:
        js = ["admin/unsaved_changes.js"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "logo":
            # The field's label is the legend of a group, which does not label the box inside.
            field.widget.attrs["aria-label"] = "logo"
        return field

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Return the form, which also offers a language that came from a file."""
        form = super().get_form(request, obj, change=change, **kwargs)
        field = form.base_fields.get("language")
        if obj and field and obj.language not in dict(field.choices):
            field.choices = [(obj.language, obj.language), *field.choices]
        return form

    def has_add_permission(self, request):
        return super().has_add_permission(request) and not SiteSettings.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False

    def get_inlines(self, request, obj):
        # The first save makes the links that the rules require; before, there are none to edit.
        return self.inlines if obj else []

    def changelist_view(self, request, extra_context=None):
        """Redirect to the form, because there is only one record."""
        is_there = SiteSettings.objects.exists()
        url = self.page_url("change", 1) if is_there else self.page_url("add")
        return HttpResponseRedirect(url)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            context["findings"] = find_missing(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        """`save_related` saves the settings together with their links."""

    def save_related(self, request, form, formsets, change):
        links, removed = [], []
        for formset in formsets:
            links += formset.save(commit=False)
            removed += formset.deleted_objects
        site_settings.save(
            settings=form.instance,
            links=links,
            removed_links=removed,
            by=request.user,
            at=timezone.now(),
        )
