from django.conf import settings
from django.http import HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from agency_site.serving.metrics import exposition, files


@require_safe
@never_cache
def metrics_text(request):
    """Answer a request that has the token with the numbers of all workers of this host.

    Without the token the answer is 404. The view needs no database.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    is_known = scheme.lower() == "bearer" and constant_time_compare(token, expected)
    if not expected or not is_known:
        return HttpResponseNotFound("Not found.\n", content_type="text/plain")
    try:
        text = exposition.write(files.read_all())
    except OSError as error:
        words = f"The numbers cannot be read: {type(error).__name__}.\n"
        return HttpResponse(words, status=503, content_type="text/plain")
    return HttpResponse(text, content_type=exposition.CONTENT_TYPE)
