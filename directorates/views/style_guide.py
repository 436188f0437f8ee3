from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from directorates.queries.pages.key_facts import KeyFact, grouped
from directorates.queries.pages.overview import OverviewUnit
from directorates.queries.pages.page_parts import Head, Link, UnitCard
from directorates.queries.pages.place import Place
from directorates.queries.pages.structure import ChartUnit
from directorates.queries.pages.unit_past import Closure, Predecessor, TakenOver
from directorates.rules import figure_series
from directorates.rules.drawing import figure_chart
from directorates.rules.figure_series import Statement
from directorates.rules.former_names import FormerName
from directorates.views.pages import render_page

_INSTANT = datetime(2026, 10, 1, 12, tzinfo=UTC)

_SERIES = figure_series.find(
    [
        Statement(
            Decimal(value),
            currency="",
            counts="samples",
            qualifier="more than",
            as_of=date(year, 9, 30),
            begins_at=None,
        )
        for year, value in ((2024, 20_000), (2025, 21_000), (2026, 20_500))
    ]
)

_RICH_TEXT = mark_safe(
    '<p>The first paragraph leads. It may hold a <a href="https://www.usa.gov/">link to a'
    ' government site</a> and a <a href="https://example.com/">link to any other</a>.</p>'
    "<h3>A heading in the text</h3><ul><li>An item</li><li>Another item</li></ul>"
    "<ol><li>First</li><li>Second</li></ol>"
    "<table><tbody><tr><th>Column</th><th>Another column</th><th>A third column</th></tr>"
    "<tr><td>A cell</td><td>A cell of more words than its neighbors</td><td>12</td></tr>"
    "</tbody></table>"
)

_CHART_OFFICE = ChartUnit(
    label="Office of Examples",
    short_label="Office of Examples",
    kind="Office",
    head=Head("Chief", "", "Vacant"),
    url="/",
    below=(),
    directly="11 offices",
    further="and 40 below them",
    total=51,
    hidden=11,
    chart_url="/structure/",
)
_CHART_DIRECTORATE = replace(
    _CHART_OFFICE,
    label="Directorate of Samples (DS)",
    short_label="DS",
    kind="Operational directorate",
    head=Head("Director", "Name of the head", "Acting"),
    below=(_CHART_OFFICE,),
    directly="1 office",
    further="",
    total=1,
    hidden=0,
)

_SAMPLE = {
    "breadcrumbs": (
        Link("Department of Samples", "/about/"),
        Link("Office of Examples", ""),
    ),
    "series": _SERIES,
    "figure_chart": figure_chart.draw(_SERIES),
    "key_facts": grouped(
        (
            KeyFact(
                "more than",
                "20,000",
                "people",
                "Annual report",
                "https://example.gov/",
                date(2026, 9, 30),
            ),
            KeyFact(
                "",
                "$8 billion",
                "annual budget",
                "Annual report",
                "https://example.gov/",
                date(2026, 9, 30),
            ),
            KeyFact("nearly", "300", "offices in the United States", "As stated by the agency"),
            KeyFact("", "4", "directorates"),
        )
    ),
    "directorate": OverviewUnit(
        "directorate-of-samples",
        "Directorate of Samples",
        "Directorate of Samples",
        "DS",
        "directorate",
        "Operational directorate",
        "",
        "",
        _RICH_TEXT,
        "DS",
        "/directorates/",
        (Link("Samples of every kind", "/about/"), Link("Examples", "")),
    ),
    "office": OverviewUnit(
        "office-of-examples",
        "Office of Examples",
        "Office of Examples",
        "",
        "office",
        "Part of",
        "Directorate of Samples",
        "/directorates/",
        mark_safe("<p>One paragraph.</p>"),
        "Examples",
        "/offices/",
    ),
    "cards": (
        UnitCard(
            "Directorate of Samples",
            "DS",
            "Operational directorate",
            "Shows how a summary looks.",
            "/",
        ),
        UnitCard("Office of Examples", "", "", "", "/"),
    ),
    "chart": replace(
        _CHART_DIRECTORATE,
        label="Department of Samples",
        kind="Agency",
        head=None,
        below=(_CHART_DIRECTORATE, _CHART_OFFICE),
    ),
    "place": Place(
        above=(Link("Department of Samples", "/about/"),),
        row=(Link("Directorate of Samples (DS)", "/"), Link("Office of Examples", "")),
        others=0,
        others_url="",
        below=(Link("Office of Small Examples", "/"),),
        further_below=0,
        further_below_url="",
        label="Office of Examples",
    ),
    "page_links": tuple(
        Link(text, f"?page={text}" if text.isdigit() else "")
        for text in ("1", "…", "4", "5", "6", "…", "12")
    ),
    "closure": Closure(
        _INSTANT,
        "It was split into",
        (Link("Directorate of Samples", "/"), Link("Office of Examples", "/")),
        (Link("Directorate of Samples", "/"), Link("Office of Instances", "/")),
    ),
    "former_names": (
        FormerName("Bureau of Specimens", "BS", _INSTANT),
        FormerName("Section of Patterns", "", None),
    ),
    "taken_over": TakenOver(
        (
            Predecessor(Link("Office of Instances", "/"), "merged into it", _INSTANT),
            Predecessor(Link("Office of Cases", "/"), "split", None),
        ),
        has_more=False,
    ),
    "unit_facts": {
        "head": Head("Director", "Name of the head", "Acting"),
        "founded_on": "2003-03",
        "statutory_authority": Link("6 U.S.C. 111", "https://example.gov/"),
        "email": "office@example.gov",
        "phone": "202-555-0100",
        "phone_url": "tel:+1-202-555-0100",
        "website": Link("https://example.org/", "https://example.org/", is_external=True),
        "address_lines": ("1 Example Street", "Washington, DC 20001"),
        "has_contact": True,
    },
    "unit_without_facts": {"label": "DS"},
    "unit": {"pk": 1, "name": "Office of Examples", "kind": "office"},
    "instant": _INSTANT,
}


@require_safe
def style_guide(request):
    """Show every component on one page, for developers."""
    if not settings.DEBUG:
        raise Http404("The style guide is for developers.")
    return render_page(
        request,
        "directorates/style_guide.html",
        {"sample": _SAMPLE},
        at=timezone.now(),
        title="Style guide",
        path=request.path,
        is_indexed=False,
    )
