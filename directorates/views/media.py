from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe


@require_safe
def logo(request, name):
    """Send an uploaded logo. Each upload has a name of its own, so a copy may be kept for a day."""
    try:
        file = default_storage.open(f"logo/{name}")
    except (OSError, ValueError, SuspiciousFileOperation) as error:
        raise Http404("No such file.") from error
    response = FileResponse(file)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
