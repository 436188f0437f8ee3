"""Plain Django pages over the same database, for comparison. They have no editions and no cache.

`/` shows the overview from the working records, with its templates. `/bare/` is a page of a few lines, without
navigation, footer and legal texts.
"""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "agency_site.settings")
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import include, path, reverse  # noqa: E402
from django.utils.safestring import mark_safe  # noqa: E402

from directorates.models import Figure, SiteSettings, Unit  # noqa: E402

BARE = engines["django"].from_string(
    "<!doctype html><html><head><title>{{ site.site_name }}</title></head><body>"
    "{% for unit in units %}<section><h2>{{ unit.name }} ({{ unit.acronym }})</h2>{{ unit.overview|safe }}"
    "<a href=\"{% url 'directorates:overview' %}#{{ unit.slug }}\">Learn more about {{ unit.label }}</a></section>{% endfor %}"
    "{% for figure in figures %}<p>{{ figure.value }} {{ figure.counts }}, {{ figure.source }}</p>{% endfor %}"
    "{% for link in links %}<a href='{{ link.url }}'>{{ link.text }}</a>{% endfor %}</body></html>"
)


def read():
    """Return the content of both pages: five queries."""
    site = SiteSettings.objects.get()
    on_overview = Q(is_on_overview=True) | Q(kind="agency")
    units = Unit.objects.filter(on_overview, is_closed=False).order_by("position", "name")
    units = list(units.prefetch_related("responsibilities"))
    agency = next(unit for unit in units if unit.kind == "agency")
    figures = list(Figure.objects.filter(unit=agency).order_by("position"))
    links = [link for link in site.links.all() if link.url]
    return site, agency, [unit for unit in units if unit is not agency], figures, links


def address_of(unit):
    if unit.kind == "agency":
        return reverse("directorates:about")
    return reverse(f"directorates:{unit.kind}", args=[unit.slug])


def bare_page(request):
    site, agency, units, figures, links = read()
    units = [agency, *units]
    return HttpResponse(
        BARE.render({"site": site, "units": units, "figures": figures, "links": links})
    )


def section(unit):
    """Return what the templates show of a unit."""
    index = reverse("directorates:responsibilities")
    return {
        "anchor": unit.slug,
        "url": address_of(unit),
        "name": unit.name,
        "acronym": unit.acronym,
        "kind": unit.kind,
        "label": unit.label,
        "relation": unit.role_and_kind,
        "overview": mark_safe(unit.overview),
        "responsibilities": [
            {"text": one.phrase, "url": f"{index}#{one.slug}"}
            for one in unit.responsibilities.all()
        ],
    }


def page(request):
    site, agency, units, figures, links = read()
    sections = [section(unit) for unit in (agency, *units)]
    identity = {
        "name": site.site_name,
        "heading": site.heading,
        "agency_name": agency.name,
        "agency_label": agency.label,
        "parent_organization": site.parent_organization,
        "domain": site.domain,
        "links": links,
        "language": site.language,
        "follows_us_federal_rules": site.follows_us_federal_rules,
        "survey": {"sample_percent": site.survey_sample_percent, "burden_minutes": 2},
    }
    shown = {
        "agency": sections[0],
        "units": sections[1:],
        "key_facts": figures,
        "key_fact_groups": [{"facts": figures, "source": figures[0].source}] if figures else [],
        "summary": agency.summary,
        "responsibility_count": sum(len(one["responsibilities"]) for one in sections),
        "description": agency.summary,
        "published_at": agency.saved_at,
        "updated_at": agency.saved_at,
    }
    address = request.build_absolute_uri("/")
    context = {"site": identity, "page": shown, "canonical_url": address, "origin": address[:-1]}
    context |= {"is_official": True, "is_indexed": True}
    response = render(request, "directorates/overview.html", context)
    # As an operator would set up nginx for a page that anybody may see.
    response.headers["X-Accel-Expires"] = "1"
    return response


urlpatterns = [path("", page), path("bare/", bare_page), path("", include("directorates.urls"))]
settings.ROOT_URLCONF = __name__
application = WSGIHandler()
