"""The history of a record: its entries in the audit trail, in place of Django's own log."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe

from directorates.admin.auditing.audit_rows import audit_rows
from directorates.admin.lists import CheckedList
from directorates.admin.refusals import ShowsRefusals
from directorates.models import ChangeSet
from directorates.queries.staff import audit_trail


class Audited(ShowsRefusals, CheckedList):
    """A part of every record's admin: the actions write the audit trail, so the admin keeps no second log."""

    def construct_change_message(self, request, form, formsets, add=False):
        """Return []: no page shows the message, and Django's version needs formsets that Django itself saved."""
        return []

    def log_addition(self, request, obj, message):
        """Do nothing: the action has written the audit entry."""

    def log_change(self, request, obj, message):
        """Do nothing: the action has written the audit entry."""

    def log_deletions(self, request, queryset):
        """Do nothing: the action writes the audit entry."""

    def history_context(self, request, record):
        """Return what a record's history shows in addition to its entries."""
        return {}

    @method_decorator(require_safe)
    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied("Your account may not see this record's history.")
        read = audit_trail.of_change_set if isinstance(record, ChangeSet) else audit_trail.of_record
        page = read(record, page=request.GET.get("page", 1))
        return self.show_page(
            request,
            "record_history",
            title="History",
            subtitle=str(record),
            record=record,
            page=page,
            entries=audit_rows(page.entries, self.admin_site, request, about=record),
            page_query={},
            time_zone=timezone.get_current_timezone_name(),
            is_paged="page" in request.GET,
            **self.history_context(request, record),
        )
