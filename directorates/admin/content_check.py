"""The page of the consistency check, and the findings on the pages that publish."""

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from directorates.actions import checking
from directorates.actions.refusals import REFUSALS, lines_of
from directorates.admin.wording import exact_moment, person
from directorates.previews import linked_places
from directorates.queries import visibility
from directorates.queries.staff import content_check
from directorates.rules.checking.findings import Finding, Kind

#: The most findings that the page lists, and the most that a message after a save names.
MOST_FINDINGS = 200
MOST_IN_MESSAGES = 5


@dataclass(frozen=True)
class FindingRow:
    finding: Finding
    url: str
    #: The address of the same form, whose save puts the record into a change set; or ''.
    into_url: str = ""


@dataclass(frozen=True)
class WaivedRow:
    finding: Finding
    url: str
    by: str
    at: str
    reason: str


def finding_rows(site, findings, *, into=None):
    """Return findings with the addresses of the fields of their forms.

    `into` is an editable change set that can take the records of the findings.
    """
    urls = [_field_url(site, finding) for finding in findings]
    return [
        FindingRow(finding, url, _into(url, into) if into else "")
        for finding, url in zip(findings, urls, strict=True)
    ]


def _into(url, change_set):
    address, _, field = url.partition("#")
    return f"{address}?into={change_set.pk}#{field}"


def check_page(request, site):
    """Return the page of all findings, or do what a button of it says."""
    if not visibility.can_see_drafts(request.user):
        raise PermissionDenied("Your account may not see what is worth mending.")
    at = timezone.now()
    check = content_check.check_site(at=at, find_ids=linked_places.find_ids)
    if request.method == "POST" and (finding := check.find(request.POST.get("finding", ""))):
        return _act(request, check, finding, at)
    kind = request.GET.get("kind", "")
    kind = kind if kind in set(Kind) else ""
    shown = [one for one in check.findings if kind in ("", one.kind)]
    numbers = Counter(one.kind for one in check.findings)
    rows = finding_rows(site, shown[:MOST_FINDINGS])
    context = {
        **site.each_context(request),
        "title": "Worth mending",
        "kind": kind,
        "kinds": [(one.value, one.label, numbers[one]) for one in Kind if numbers[one]],
        "total": len(check.findings),
        "hidden": len(shown) - len(rows),
        "groups": [
            (owner, list(own))
            for owner, own in groupby(rows, key=lambda row: row.finding.place.owner)
        ],
        "waived": [
            WaivedRow(
                one.finding,
                _field_url(site, one.finding),
                person(one.waiver.by),
                exact_moment(one.waiver.at),
                one.waiver.reason,
            )
            for one in check.waived
        ],
    }
    return TemplateResponse(request, "admin/content_check.html", context)


def _act(request, check, finding, at):
    """Mend a finding in the draft or waive it, and return to the page."""
    try:
        if request.POST.get("step") == "mend":
            record = checking.mend(finding=finding, by=request.user, at=at)
            messages.success(
                request,
                f"The draft of “{record}” has the record's words now. The public sees them once it is published.",
            )
        elif request.POST.get("step") == "waive":
            checking.waive(
                finding=finding,
                words=check.words[finding.key],
                reason=request.POST.get("reason", ""),
                by=request.user,
                at=at,
            )
            messages.success(request, f"Waived, until the text changes: “{finding.found}”.")
    except REFUSALS as refusal:
        messages.error(request, " ".join(lines_of(refusal)))
    return HttpResponseRedirect(request.get_full_path())


def say_what_is_worth_mending(request, record, at):
    """Add a message for each finding in a saved draft."""
    found = content_check.check_records([record], at=at, find_ids=linked_places.find_ids).findings
    for finding in found[:MOST_IN_MESSAGES]:
        messages.warning(
            request,
            f"Worth mending, {finding.place.label}: “{finding.found}”. {finding.advice}",
        )
    if len(found) > MOST_IN_MESSAGES:
        messages.warning(
            request, f"{len(found) - MOST_IN_MESSAGES} more are on the page “Worth mending”."
        )


def _field_url(site, finding):
    label, pk = finding.place.record
    fragment = "links-group" if finding.place.field == "links" else f"id_{finding.place.field}"
    return f"{reverse(f'{site.name}:{label.replace(".", "_")}_change', args=[pk])}#{fragment}"
