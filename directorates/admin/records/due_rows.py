"""The records that are due for a review: the rows of the front page, and the page with all of them."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.utils import timezone

from directorates.queries import visibility
from directorates.queries.staff import upkeep
from directorates.queries.staff.upkeep import DueRecord

#: How many records a page of the list has.
RECORDS_A_PAGE = 100
#: The lists, by the name in the address, each with its label and its query.
LISTS = {
    "all": ("All that are due", upkeep.find_all),
    "own": ("Yours", upkeep.find_own),
    "overdue": ("Overdue, looked after by others", upkeep.find_overdue_of_others),
}


@dataclass(frozen=True)
class DueRow:
    due: DueRecord
    url: str


@dataclass(frozen=True)
class DueChoice:
    label: str
    url: str
    is_current: bool


def due_rows(site, records):
    """Return due records as rows with the addresses of their pages."""
    return [DueRow(due, upkeep_url(site, due.record)) for due in records]


def upkeep_url(site, record):
    return site.get_model_admin(type(record)).page_url("upkeep", record.pk)


def due_page(request, site):
    """Return the page of all that is due, or of what concerns this person."""
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see what is due for a review.")
    of = request.GET.get("of", "all")
    of = of if of in LISTS else "all"
    page = _page_number(request.GET.get("page", ""))
    label, find = LISTS[of]
    found = find(request.user, at=timezone.now(), most=page * RECORDS_A_PAGE)
    context = {
        **site.each_context(request),
        "title": "Due for a review",
        "subtitle": label,
        "of": of,
        "page": page,
        "total": found.total,
        "more": found.more,
        "rows": due_rows(site, found.records[(page - 1) * RECORDS_A_PAGE :]),
        "choices": [
            DueChoice(words, f"?of={name}", name == of) for name, (words, _) in LISTS.items()
        ],
    }
    return TemplateResponse(request, "admin/upkeep.html", context)


def _page_number(typed):
    """Return the number of a page from an address, or 1."""
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 4
    return max(int(typed), 1) if is_number else 1
