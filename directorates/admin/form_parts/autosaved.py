"""Forms that an editor's browser keeps a copy of until the server has saved them."""

from directorates.accounts import autosave


class Autosaved:
    """A part of a ModelAdmin. The admin's log methods run after each addition and change, and before each
    deletion; they confirm the browser's copies."""

    def _autosave_name(self, record):
        if record is None or record.pk is None:
            # Named by the proxy model: a new office and a new directorate have different forms.
            return autosave.name_form(self.model, "add")
        return autosave.name_form(self.opts.concrete_model, record.pk)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["autosave_name"] = self._autosave_name(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def log_addition(self, request, obj, message):
        autosave.note_saved(request)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        autosave.note_saved(request)
        return super().log_change(request, obj, message)

    def log_deletions(self, request, queryset):
        autosave.note_deleted(request, [self._autosave_name(record) for record in queryset])
        return super().log_deletions(request, queryset)
