"""Forms of which the editor's browser keeps a copy until the server has saved it."""

from directorates.accounts import autosave


class Autosaved:
    """A part of a ModelAdmin. The admin logs each addition, change and deletion when it is done, so that
    is where the browser's copy is settled."""

    def _autosave_name(self, record):
        if record is None or record.pk is None:
            # Of a proxy: a new office and a new directorate are two forms.
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
