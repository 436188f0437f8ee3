"""The page of an invitation's link: a new colleague goes from it to the first passkey."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from directorates.accounts.sign_in_log import log_refusal
from directorates.queries.staff import invitations, sign_in


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, token):
    """Show who is invited; a POST signs this person in and leads to the page that adds a passkey.

    Opening the link changes nothing, because programs that look for viruses open links in mails.
    """
    found = invitations.find(token, at=timezone.now())
    if found is None or found.end:
        if request.method == "POST":
            log_refusal(request, "Invitation refused", found.user.get_username() if found else "")
        status = 404 if found is None else 410
        context = {"end": found.end if found else "unknown"}
        return render(request, "account/invitation_over.html", context, status=status)
    if request.method != "POST":
        return render(request, "account/invitation.html", {"invitation": found})
    get_adapter(request).login(request, found.user)
    record_authentication(request, found.user, method=sign_in.INVITATION)
    return redirect("mfa_add_webauthn")
