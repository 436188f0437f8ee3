"""A plain Django page for comparison: four queries, model objects, a template, Django's own middleware.

It reads the same database as the site, and does nothing that the site does to be fast.
"""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402

from directorates.models import FigureEdition, SiteSettings, UnitEdition  # noqa: E402

MOST_ROWS = 40

TEMPLATE = engines["django"].from_string(
    "<!doctype html><html><head><title>{{ site.site_name }}</title></head><body>"
    "{% for unit in units %}<section><h2>{{ unit.name }} ({{ unit.acronym }})</h2>{{ unit.overview|safe }}"
    '<a href="{{ unit.get_absolute_url }}">Learn more about {{ unit.label }}</a></section>{% endfor %}'
    "{% for figure in figures %}<p>{{ figure.value }} {{ figure.counts }}, {{ figure.source }}</p>{% endfor %}"
    "{% for link in links %}<a href='{{ link.url }}'>{{ link.text }}</a>{% endfor %}</body></html>"
)


def page(request):
    now = timezone.now()
    site = SiteSettings.objects.first()
    context = {
        "site": site,
        "links": site.links.all(),
        "units": UnitEdition.objects.in_force(now)[:MOST_ROWS],
        "figures": FigureEdition.objects.in_force(now)[:MOST_ROWS],
    }
    return HttpResponse(TEMPLATE.render(context))


urlpatterns = [path("", page), path("", include("directorates.urls"))]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
