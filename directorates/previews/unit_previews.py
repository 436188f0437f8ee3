"""Unpublished changes shown as on the public page: for staff only, never cached, never indexed."""

from django.contrib.admin.views.decorators import staff_member_required
from django.http import Http404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from directorates.models import Unit
from directorates.queries import visibility
from directorates.queries.pages import overview, unit_page
from directorates.views.overview import render_overview
from directorates.views.units import render_unit


def _draft(request, pk):
    try:
        return visibility.draft_unit(request.user, pk)
    except Unit.DoesNotExist as error:
        raise Http404("No such unit.") from error


@require_safe
@never_cache
@staff_member_required
def unit_preview(request, pk):
    unit, now = _draft(request, pk), timezone.now()
    return render_unit(request, unit_page.get(unit, at=now), at=now, preview=unit)


@require_safe
@never_cache
@staff_member_required
def overview_preview(request, pk):
    unit, now = _draft(request, pk), timezone.now()
    return render_overview(request, overview.get(at=now, draft=unit), at=now, preview=unit)
