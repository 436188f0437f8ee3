"""What the editor asks the server when somebody pastes from another program, or chooses a Word document."""

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path
from django.views.decorators.http import require_POST

from directorates.exchange import word_document
from directorates.models import Unit
from directorates.queries import permissions
from directorates.rules.pasting import pasting, tree


def paste_urls(admin_view):
    """Return the URL pattern, behind the site's sign-in."""
    return [path("paste/", admin_view(require_POST(paste_view)), name="paste")]


def paste_view(request):
    """Return clean rich text: {html, sentence}, or {problem} with status 400. Writes nothing.

    `html` is the markup of a clipboard; the file `document` is a Word document.
    """
    may_write = permissions.may(request.user, "add", Unit) or permissions.may(
        request.user, "change", Unit
    )
    if not may_write:
        raise PermissionDenied("Your account may not write texts.")
    try:
        pasted = _clean(request)
    except (tree.TooMuchMarkupError, word_document.UnreadableDocumentError) as error:
        return JsonResponse({"problem": str(error)}, status=400)
    return JsonResponse({"html": pasted.html, "sentence": pasted.sentence})


def _clean(request):
    document = request.FILES.get("document")
    if document is not None:
        # One byte more than allowed is enough to refuse it.
        return word_document.read(document.read(word_document.LARGEST_DOCUMENT + 1))
    return pasting.clean(request.POST.get("html", ""))
