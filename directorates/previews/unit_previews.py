"""Unpublished changes shown as on the public page: for staff only, never cached, never indexed."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils import timezone

from directorates.models import Unit
from directorates.previews.render_preview import staff_preview
from directorates.queries import visibility
from directorates.queries.pages import overview, unit_page
from directorates.views.overview import render_overview
from directorates.views.units import render_unit


def _draft(request, pk):
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see unpublished changes.")
    return get_object_or_404(Unit, pk=pk)


@staff_preview
def unit_preview(request, pk):
    unit, now = _draft(request, pk), timezone.now()
    return render_unit(request, unit_page.get(unit, at=now), at=now, preview=unit)


@staff_preview
def overview_preview(request, pk):
    unit, now = _draft(request, pk), timezone.now()
    return render_overview(request, overview.get(at=now, draft=unit), at=now, preview=unit)
