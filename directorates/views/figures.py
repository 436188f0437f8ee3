"""The list of figures and the page of each, and both as CSV and JSON for spreadsheets and programs."""

from contextlib import contextmanager

from django.http import Http404, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from directorates.exchange.csv_lines import csv_lines
from directorates.queries import visibility
from directorates.queries.pages import figure_data, figure_list, figure_page
from directorates.views.pages import render_page, shown_instant


@require_safe
def figures_page(request):
    at = shown_instant(request)
    try:
        page = figure_list.get(at=at, page=request.GET.get("page", 1))
    except figure_list.UnknownPageError as error:
        raise Http404(str(error)) from error
    return render_page(
        request,
        "directorates/figures.html",
        {"page": page},
        at=at,
        title=page.title,
        path=page.path,
    )


@require_safe
def figure_page_of(request, identifier):
    at = shown_instant(request)
    page = figure_page.get(_find(identifier, at), at=at)
    return render_page(
        request,
        "directorates/figure.html",
        {"page": page},
        at=at,
        title=page.title,
        path=page.path,
    )


@require_safe
def figures_csv(request):
    with _days_of_the_site(request):
        rows = figure_data.of_all(at=shown_instant(request), origin=_origin_of(request))
        return _csv(figure_data.LIST_COLUMNS, rows)


@require_safe
def figures_json(request):
    with _days_of_the_site(request):
        rows = figure_data.of_all(at=shown_instant(request), origin=_origin_of(request))
        return _json({"url": _origin_of(request) + figure_list.address(), "figures": rows})


@require_safe
def figure_csv(request, identifier):
    with _days_of_the_site(request):
        found = _data_of(request, identifier)
        return _csv(figure_data.HISTORY_COLUMNS, found["versions"])


@require_safe
def figure_json(request, identifier):
    with _days_of_the_site(request):
        return _json(_data_of(request, identifier))


def _find(identifier, at):
    edition = visibility.find_figure(identifier, at=at)
    if edition is None:
        raise Http404(f"no figure {identifier!r}")
    return edition


def _data_of(request, identifier):
    at = shown_instant(request)
    return figure_data.of_one(_find(identifier, at), at=at, origin=_origin_of(request))


@contextmanager
def _days_of_the_site(request):
    """Let days be those of the agency's time zone, as on pages."""
    with timezone.override(visibility.site_settings().time_zone):
        yield


def _origin_of(request):
    return request.build_absolute_uri("/").removesuffix("/")


def _csv(columns, rows):
    lines = csv_lines(columns, ([row[name] for name in columns] for row in rows))
    return HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")


def _json(document):
    form = {"ensure_ascii": False, "indent": 1}
    return JsonResponse(document, json_dumps_params=form)
