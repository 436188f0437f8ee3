"""Answers that are no pages: an uploaded logo, the icon, and robots.txt."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from directorates.views.pages import cached_page


@require_safe
def logo(request, name):
    """Send an uploaded logo. Each upload has its own name, so caches may keep a copy for a day."""
    try:
        file = default_storage.open(f"logo/{name}")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404("No such file.") from error
    response = FileResponse(file)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@cached_page()
@require_safe
def favicon(request):
    """Send the icon. Browsers ask for this address if what they show names no icon, as a picture or a feed."""
    return HttpResponse(Path(finders.find("favicon.ico")).read_bytes(), content_type="image/x-icon")


@cached_page()
@require_safe
def robots_txt(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Disallow: {reverse('directorates:shared-previews')}",
        # Each search is made anew, and leads to pages that crawlers know already.
        f"Disallow: {reverse('directorates:search')}?",
        f"Sitemap: {request.build_absolute_uri(reverse('directorates:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
