from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from directorates.views.pages import cached_page


@cached_page()
@require_safe
def robots_txt(request):
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('admin:index')}",
        f"Disallow: {reverse('directorates:shared-previews')}",
        f"Sitemap: {request.build_absolute_uri(reverse('directorates:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
