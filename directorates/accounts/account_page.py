"""The page on which people see and change their own account."""

from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from directorates.actions.accounts import accounts
from directorates.actions.mailing import choices
from directorates.models import MailChoice
from directorates.queries.staff import sign_in
from directorates.rules.encryption import UnreadableError


class AccountPageView(IndexView):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        here = self.request.session.session_key
        sessions = sign_in.find_sessions(self.request.user, at=timezone.now())
        codes = context["authenticators"].get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "sessions": sorted(sessions, key=lambda session: session.key != here),
            "own_session_key": here,
            "mail_choices": MailChoice.Rhythm.choices,
            "mail_rhythm": _rhythm_of(self.request.user),
            "unused_codes": _count_unused(codes),
        }


def _rhythm_of(user):
    chosen = MailChoice.objects.filter(user=user).values_list("rhythm", flat=True).first()
    return chosen or MailChoice.Rhythm.AT_ONCE


def _count_unused(codes):
    """Return how many recovery codes are left, or None if they cannot be decrypted."""
    try:
        return len(codes.get_unused_codes()) if codes else 0
    except UnreadableError:
        return None


@login_required
@require_POST
def end_other_sessions(request):
    number = accounts.end_sessions(user=request.user, but_for=request.session.session_key)
    if number:
        messages.success(request, f"Signed out in {number} other place{'s' if number > 1 else ''}.")
    else:
        messages.info(request, "You were not signed in anywhere else.")
    return redirect("mfa_index")


@login_required
@require_POST
def choose_mail(request):
    try:
        choices.choose(user=request.user, rhythm=request.POST.get("rhythm", ""))
    except ValueError:
        messages.error(request, "Nothing was saved: choose how often you want mail.")
    else:
        messages.success(request, "Saved how often you get mail.")
    return redirect("mfa_index")


account_page = never_cache(AccountPageView.as_view())
