"""The page of a unit as typed into its form, saved or not, for the frame beside the form."""

import re

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from directorates.models import Unit
from directorates.models.records.content import with_content
from directorates.queries import visibility
from directorates.queries.pages import unit_page
from directorates.views.units import render_unit

#: Only this address may be shown in a frame, and only in one of this site.
FRAMED = csp_override(settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]})
#: The frame has a heading of its own, so it does not need the bar that says what the page is.
_BAR = re.compile(rb'<section class="preview-bar".*?</section>', re.DOTALL)
#: Links in the frame open a window of their own: the pages that they lead to allow no frame.
_LINKS_LEAVE = b'<head>\n<base target="_blank">'


class PreviewPage:
    """A part of UnitAdmin."""

    def get_urls(self):
        return [
            self.page_path("<int:pk>/as-typed/", self.typed_preview_view, "typed_preview"),
            *super().get_urls(),
        ]

    @method_decorator([never_cache, xframe_options_sameorigin, FRAMED])
    def typed_preview_view(self, request, pk):
        """Render a unit's public page with what a form sends; without a form, as its draft is saved.

        Writes nothing. A field that the form would refuse shows what is saved.
        """
        if not visibility.can_see_drafts(request.user):
            raise PermissionDenied("Your account may not see unpublished changes.")
        at = timezone.now()
        unit = with_content(Unit._base_manager.filter(pk=pk)).first()
        if unit is None:
            raise Http404("No such unit.")
        if request.method == "POST":
            self._type_into(unit, request)
        response = render_unit(request, unit_page.get(unit, at=at), at=at, preview=unit)
        page = response.content.replace(b"<head>", _LINKS_LEAVE, 1)
        if request.headers.get("Sec-Fetch-Dest") == "iframe":
            page = _BAR.sub(b"", page)
        response.content = page
        return response

    def _type_into(self, unit, request):
        """Put what is typed into an unsaved copy of a unit's content."""
        form = self.get_form(request, unit, change=True)(request.POST, instance=unit)
        typed = form.typed_values()
        own = {field.name for field in unit.content_fields()}
        for name, value in typed.items():
            if name in own:
                setattr(unit, name, value)
        for relation in unit.content_relations():
            if relation.name in typed:
                unit._prefetched_objects_cache[relation.name] = list(typed[relation.name])
        if "responsibilities" in typed:
            new = typed.get("new_responsibilities") or []
            unit._prefetched_objects_cache["responsibilities"] += new
