"""The pages that this project adds to Django's: how they are addressed, shown and left."""

from django.contrib import messages
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

READING = ("GET", "HEAD")


def download(lines, *, name, ending, content_type):
    """Return a file of these lines, named after its content and today."""
    file_name = f"{name}-{timezone.localdate():%Y-%m-%d}.{ending}"
    return StreamingHttpResponse(
        lines,
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


class StaffPages:
    """A part of every record's admin. Pages are named `<app>_<model>_<page>`, as Django's own."""

    def page_path(self, route, view, page, methods=(*READING, "POST")):
        """Return the URL pattern of a page."""
        view = self.admin_site.admin_view(require_http_methods(methods)(view))
        return path(route, view, name=self._name_of(page))

    def page_url(self, page, *args):
        return reverse(f"{self.admin_site.name}:{self._name_of(page)}", args=args)

    def _name_of(self, page):
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    def show_page(self, request, template, *, title, **context):
        """Return a page in the frame of the admin."""
        frame = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, f"admin/directorates/{template}.html", frame | context)

    def leave(self, request, url, message, level=messages.SUCCESS):
        """Redirect to a page, which shows the message."""
        self.message_user(request, message, level)
        return HttpResponseRedirect(url)
