"""Public pages as they were on a past day: `?on=2026-03-02`. The links of the page's text stay on that day."""

import re
from functools import wraps
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core import validators
from django.http import Http404, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from directorates.models import UnitContent
from directorates.queries import past_days, visibility
from directorates.rules import date_rules
from directorates.views.pages import DAY, render_error
from directorates.views.redirects import UNIT_PARAMETERS, lead_to

#: The parts of a page whose links stay on the day. The header and the footer lead to today's pages.
_STAYING = re.compile(r'<nav class="usa-breadcrumb.*?</nav>|<main\b.*</main>', re.DOTALL)
#: The pages that are about the agency and are missing without it.
_OF_THE_AGENCY = {"about", "structure-picture"}
_TAG = re.compile(r"<(a|form)\b[^>]*>")
_ADDRESS = re.compile(r'\s(href|action|data-address)="([^"]*)"')


def with_past(view):
    """Declare a view whose page can be shown as it was on a past day. A preview has its own instant."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        request.has_past = True
        is_present = DAY not in request.GET or getattr(request, "shown_at", None) is not None
        if is_present:
            return view(request, *args, **kwargs)
        return _of_a_day(request, view, args, kwargs)

    wrapped.has_past = True
    return wrapped


def _of_a_day(request, view, args, kwargs):
    now = timezone.now()
    try:
        past = past_days.read(request.GET[DAY], now=now)
    except past_days.NoPastDayError as error:
        return _refuse(request, "No page of that day", str(error), error.first_day)
    if past is None:
        # Tomorrow this is a past day, so nobody may keep the redirect.
        address = _on(request.get_full_path(), None)
        return HttpResponseRedirect(address, headers={"Cache-Control": "no-cache"})
    request.past_day = past
    try:
        response = view(request, *args, **kwargs)
    except Http404:
        request.past_day = None
        if _is_withheld(request, past, kwargs, now):
            return _refuse(
                request,
                "Withheld",
                f"What was published here on {date_rules.write_day(past.day)} is withheld from the public.",
                _first_day_of(request, past, kwargs, now),
            )
        return _lead_to_unit(request, past, kwargs.get("slug"), now) or _refuse(
            request,
            "Not there on that day",
            f"The record of {date_rules.write_day(past.day)} has no page at this address.",
            _first_day_of(request, past, kwargs, now),
        )
    if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
        response.content = _staying_on(past.day, response.content.decode())
    return response


def instant_of(request):
    """Return the instant that a request asks for: the end of a past day, or now."""
    now = timezone.now()
    try:
        past = past_days.read(request.GET[DAY], now=now) if DAY in request.GET else None
    except past_days.NoPastDayError:
        past = None
    return past.at if past else now


def _is_withheld(request, past, kwargs, now):
    """Whether the page is missing because the version of its unit or figure is withheld."""
    if "identifier" in kwargs:
        return visibility.is_figure_withheld(kwargs["identifier"], at=past.at, now=now)
    if named := _named_unit(request, kwargs):
        is_slug = validators.slug_re.match(named)
        return bool(is_slug) and visibility.is_withheld(named, at=past.at, now=now)
    return request.resolver_match.url_name in _OF_THE_AGENCY and visibility.is_agency_withheld(
        past.at
    )


def _first_day_of(request, past, kwargs, now):
    """Return the first day of which the site can show this page: that of its unit or figure, or None."""
    if "identifier" in kwargs:
        history = visibility.public_figure_history(now).with_identifier(kwargs["identifier"])
    elif named := _named_unit(request, kwargs):
        is_slug = validators.slug_re.match(named)
        found = visibility.find_by_slug(named, at=now) if is_slug else None
        history = visibility.public_unit_history(now).filter(unit_id=found and found.unit_id)
    elif request.resolver_match.url_name in _OF_THE_AGENCY:
        history = visibility.public_unit_history(now).filter(kind=UnitContent.Kind.AGENCY)
    else:
        return past.first_day
    return past_days.first_day_of(history, now=now)


def _named_unit(request, kwargs):
    """Return the slug in the address or in a parameter, or ''."""
    return kwargs.get("slug") or request.GET.get(_unit_parameter(request), "")


def _unit_parameter(request):
    return next((name for name in UNIT_PARAMETERS if request.GET.get(name)), "")


def _lead_to_unit(request, past, slug, now):
    """Redirect from a unit's present or later address to its address of that day, or return None.

    A list or chart names the unit in a parameter.
    """
    parameter = _unit_parameter(request)
    named = slug or request.GET.get(parameter, "")
    present = visibility.find_by_slug(named, at=now) if validators.slug_re.match(named) else None
    then = present and visibility.public_units(past.at).filter(unit_id=present.unit_id).first()
    if then is None or (then.slug == named and not slug):
        return None
    if not slug:
        query = request.GET.copy()
        query[parameter] = then.slug
        return lead_to(request.path, query)
    name = request.resolver_match.url_name
    is_units_own = name in UnitContent.Kind.values
    address = (
        then.get_absolute_url()
        if is_units_own
        else reverse(request.resolver_match.view_name, args=[then.slug])
    )
    return None if address == request.path else lead_to(address, request.GET)


def _refuse(request, heading, sentence, first_day):
    """Return a page that says why there is none of that day, with links to the first day and to today."""
    address = request.get_full_path()
    links = [("This page as it is today", _on(address, None))]
    if first_day:
        words = f"This page as it was on {date_rules.write_day(first_day)}"
        links.insert(0, (words, _on(address, first_day)))
    response = render_error(request, heading, sentence, 404, links=links)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _on(address, day):
    """Return an address on this site with this day, or without one. A list of another day begins at its first page."""
    path, _, query = address.partition("?")
    left_out = {DAY, "page"} if day else {DAY}
    given = parse_qsl(query, keep_blank_values=True)
    given = [(name, value) for name, value in given if name.lower() not in left_out]
    given += [(DAY, day.isoformat())] if day else []
    return f"{path}?{urlencode(given)}" if given else path


def _staying_on(day, markup):
    """Return the markup of a page, with the links and forms of its text led to the pages of that day."""

    def stay(tag):
        name, target = tag[1], {n: unescape(v) for n, v in _ADDRESS.findall(tag[0])}
        if name == "form":
            leads = 'method="post"' not in tag[0] and _has_past(target.get("action", ""))
            hidden = f'<input type="hidden" name="{DAY}" value="{day.isoformat()}">'
            return f"{tag[0]}{hidden}" if leads else tag[0]
        if not _has_past(target.get("href", "#")):
            return tag[0]
        return _ADDRESS.sub(lambda a: f' {a[1]}="{escape(_with_day(unescape(a[2]), day))}"', tag[0])

    return _STAYING.sub(lambda part: _TAG.sub(stay, part[0]), markup)


def _has_past(address):
    """Whether an address leads to another page of this site that can be shown on a past day, and names no day."""
    parts = urlsplit(address)
    if not address:
        return True
    if not parts.path.startswith("/") or parts.netloc or DAY in dict(parse_qsl(parts.query)):
        return False
    try:
        return getattr(resolve(parts.path).func, "has_past", False)
    except Resolver404:
        return False


def _with_day(address, day):
    parts = urlsplit(address)
    query = f"{parts.query}&" if parts.query else ""
    return parts._replace(query=f"{query}{DAY}={day.isoformat()}").geturl()
