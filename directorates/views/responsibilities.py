from django.http import Http404
from django.views.decorators.http import require_safe

from directorates.queries.pages import responsibilities
from directorates.views.pages import render_page, shown_instant


@require_safe
def responsibilities_page(request):
    at = shown_instant(request)
    try:
        page = responsibilities.get(at=at, letter=request.GET.get("letter", ""))
    except responsibilities.UnknownLetterError as error:
        raise Http404(str(error)) from error
    under = f", {page.letter}" if page.letter else ""
    return render_page(
        request,
        "directorates/responsibilities.html",
        {"page": page},
        at=at,
        title=f"Who does what{under}",
        path=page.path,
        description="Each responsibility of the agency from A to Z, with common words and"
        f" abbreviations{under and f' under {page.letter}'}, and the unit that answers for it.",
    )
