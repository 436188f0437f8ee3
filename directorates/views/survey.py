from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from directorates.accounts.visitor_address import visitor_address
from directorates.actions import flood_limit
from directorates.actions.survey import record_response
from directorates.forms import SurveyForm, local_path
from directorates.queries.pages import site_identity
from directorates.views.pages import render_page

CLOSED = "The survey closed before your answers arrived, so they have not been saved."
TOO_LARGE = "What you sent is far larger than the survey takes, so it has not been saved."
FROM_ANOTHER_SITE = (
    "Your browser says that these answers were sent from another site, so they have not been saved"
    " yet. They are still here: check them and send them again."
)
TOO_MANY = (
    "More answers arrived than we can take at once, so yours have not been saved yet. They are"
    " still here: send them again in {wait}."
)


# Django's CSRF token needs a cookie, and a visit sets none. The form does not need this token, because it acts
# for no account. `_is_sent_from_another_site` refuses what the token would refuse.
# No cache may share the form: two visitors with the same submission token would count as one. The visitor's own
# browser may keep the form, so going back finds the same token and the typed answers.
@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def survey_form(request):
    now = timezone.now()
    if request.method == "POST":
        return _receive(request, now)
    page = local_path(request.GET.get("page", ""))
    return _show(request, SurveyForm(initial={"page": page}, at=now), now)


@never_cache
@require_safe
def survey_thanks(request):
    return render_page(
        request,
        "directorates/survey_thanks.html",
        {"came_from": local_path(request.GET.get("page", ""))},
        at=timezone.now(),
        title="Thank you",
        # The canonical address is the form's, because the thanks are only for people who come from it.
        path=reverse("directorates:survey"),
        description="Your answers to the visitor survey have been saved. Thank you for your time.",
    )


def _receive(request, now):
    if site_identity.get(at=now).survey is None:
        return _show(request, SurveyForm(at=now), now, status=409, problem=CLOSED)
    if _is_too_large(request):
        return _show(request, SurveyForm(at=now), now, status=413, problem=TOO_LARGE)
    form = SurveyForm(request.POST, at=now)
    if not form.is_valid():
        return _show(request, form, now, status=422)
    if _is_sent_from_another_site(request):
        return _show(request, form, now, status=403, problem=FROM_ANOTHER_SITE)
    if wait := flood_limit.count_submission(visitor_address(request), at=now):
        return _ask_to_wait(request, form, now, wait)
    record_response(submission_id=form.submission_id, at=now, **form.cleaned_data)
    return _thank(form.cleaned_data["page"])


def _ask_to_wait(request, form, now, seconds):
    problem = TOO_MANY.format(wait=flood_limit.describe(seconds))
    response = _show(request, form, now, status=429, problem=problem)
    response.headers["Retry-After"] = str(seconds)
    return response


def _thank(page):
    query = f"?{urlencode({'page': page})}" if page else ""
    return HttpResponseRedirect(reverse("directorates:survey-thanks") + query, status=303)


def _show(request, form, now, *, status=200, problem=""):
    return render_page(
        request,
        "directorates/survey_form.html",
        {"form": form, "problem": problem},
        at=now,
        title="Error: Visitor survey" if problem or form.errors else "Visitor survey",
        path=reverse("directorates:survey"),
        description="Tell us about your visit today: a brief survey that asks for no personal data.",
        status=status,
        is_indexed=status == 200,
    )


def _is_too_large(request):
    # Django limits a form's fields by this setting, but not its files. A survey never has files.
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _is_sent_from_another_site(request):
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        # "none" means that the visitor acted, for example reloaded the page.
        return fetch_site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # Old browsers send neither header; their answers are accepted.
    return origin is not None and _host_of(origin) != request.get_host()


def _host_of(origin):
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
