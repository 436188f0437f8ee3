"""What the editor's button “Refer to a figure or unit” asks the server, answered as JSON."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.utils import timezone

from directorates.queries.staff import reference_choices, reference_search, staff_search
from directorates.rules.content import references
from directorates.rules.content.number_phrases import Form
from directorates.rules.content.references import CountReference, FigureReference, UnitReference

#: References in one question. A longer text asks several times.
MOST_REFERENCES = 40


def reference_urls(admin_view):
    """Return the URL patterns, behind the site's sign-in."""
    return [
        path("references/", admin_view(search_view), name="references"),
        path("references/choices/", admin_view(choices_view), name="reference_choices"),
        path("references/words/", admin_view(words_view), name="reference_words"),
    ]


def _who_may_refer(view):
    def checked(request):
        if not reference_search.can_refer(request.user):
            raise PermissionDenied("Your account may not look at the records.")
        return view(request)

    return checked


@_who_may_refer
def search_view(request):
    """Return the records with the words `q`: {records: [{kind, identifier, name, detail, state}], hasMore, problem}."""
    try:
        words = staff_search.read_words(request.GET.get("q", ""))
    except staff_search.UnusableQueryError as refusal:
        return JsonResponse({"records": [], "hasMore": False, "problem": str(refusal)})
    found = reference_search.find(words, user=request.user, at=timezone.now())
    records = [vars(record) for record in found.records]
    return JsonResponse({"records": records, "hasMore": found.has_more, "problem": ""})


@_who_may_refer
def choices_view(request):
    """Return the forms of words for the record of a `token`, or of a `kind` and an `identifier`. 404 without record."""
    reference = _asked(request)
    choices = reference and reference_choices.choices_for(
        reference, user=request.user, at=timezone.now()
    )
    if not choices:
        return JsonResponse({"problem": reference_choices.GONE}, status=404)
    return JsonResponse(
        {
            "kind": choices.kind,
            "name": choices.name,
            "groups": _groups(choices.groups),
            "numberGroups": _groups(choices.number_groups),
            "problem": choices.problem,
            "note": choices.note,
        }
    )


def _asked(request):
    if token := request.GET.get("token"):
        return _read_token(token)
    identifier = request.GET.get("identifier", "")
    match request.GET.get("kind"):
        case "figure":
            return FigureReference(identifier, Form.AS_PUBLISHED)
        case "unit":
            return UnitReference(identifier)
        case "count":
            return CountReference("directorate", identifier)
    return None


def _read_token(token):
    found = references.find_in_plain_text(token)
    return found[0] if len(found) == 1 else None


def _groups(groups):
    return [
        {"label": group.label, "options": [_option(option) for option in group.options]}
        for group in groups
    ]


def _option(option):
    return {
        "token": option.reference.token,
        "attributes": dict(option.reference.attributes),
        "words": option.words,
        "problem": option.problem,
    }


@_who_may_refer
def words_view(request):
    """Return the words of each `token`, {token: {words, record, problem, note}}, or how a plain `text` reads."""
    user, at = request.user, timezone.now()
    if "text" in request.GET:
        words, problems = reference_choices.read_plain_text(request.GET["text"], user=user, at=at)
        return JsonResponse({"words": words, "problems": problems})
    tokens = {
        token: reference
        for token in request.GET.getlist("token")[:MOST_REFERENCES]
        if (reference := _read_token(token))
    }
    read = reference_choices.read_references({*tokens.values()}, user=user, at=at)
    return JsonResponse({token: vars(read[reference]) for token, reference in tokens.items()})
