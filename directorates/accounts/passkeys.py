"""Signing in with a passkey, adding one and removing one."""

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from fido2.webauthn import UserVerificationRequirement

from directorates.actions import locks

#: A passkey's question is valid for this many seconds, in a signed cookie of this name.
_QUESTION_SECONDS = 600
_QUESTION = "passkey_question"


class SignInView(LoginWebAuthnView):
    """Asks a browser for its passkey and takes the answer.

    allauth keeps the question in the session, so each stranger's request would leave a row. Here a signed
    cookie keeps it. A cookie can be sent twice, so the cache keeps each used question until the cookie ends.
    """

    def get(self, request, *args, **kwargs):
        if not get_adapter().is_ajax(request):
            return redirect("account_login")
        refusal = ratelimit.consume_or_429(
            request, app="allauth.mfa", action="webauthn_login", limit_get=True
        )
        return refusal or self._ask()

    def _ask(self):
        options, question = auth.get_server().authenticate_begin(
            credentials=[], user_verification=UserVerificationRequirement.REQUIRED
        )
        response = JsonResponse({"request_options": dict(options)})
        response.set_cookie(
            _QUESTION,
            signing.dumps(question, salt=_QUESTION),
            max_age=_QUESTION_SECONDS,
            path=reverse("mfa_login_webauthn"),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )
        return response

    def post(self, request, *args, **kwargs):
        self.question = _read_question(request)
        # allauth reads the question from here, and removes it when the answer is right.
        auth.set_state(self.question)
        try:
            response = super().post(request, *args, **kwargs)
        finally:
            auth.clear_state()
        response.delete_cookie(_QUESTION, path=request.path)
        return response

    def form_valid(self, form):
        used = f"passkey-question-used:{self.question['challenge']}"
        if not cache.add(used, True, timeout=_QUESTION_SECONDS):
            return self.form_invalid(form)
        return super().form_valid(form)


def _read_question(request):
    """Return the question that the browser's cookie keeps, or None."""
    try:
        return signing.loads(
            request.COOKIES.get(_QUESTION, ""), salt=_QUESTION, max_age=_QUESTION_SECONDS
        )
    except signing.BadSignature:
        return None


class AddPasskeyView(AddWebAuthnView):
    @transaction.atomic
    def form_valid(self, form):
        """Save the passkey and its audit entry together or not at all."""
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        # allauth asks only for a second factor here, unless a box on the page asks for a passkey.
        context = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class RemovePasskeyView(RemoveWebAuthnView):
    @transaction.atomic
    def form_valid(self, form):
        # Removals wait for each other: two at once would each count the passkey that the other removes.
        locks.rows(User.objects.filter(pk=self.request.user.pk))
        passkeys = Authenticator.objects.filter(
            user=self.request.user, type=Authenticator.Type.WEBAUTHN
        )
        if passkeys.count() == 1:
            messages.error(
                self.request,
                "This is your only passkey: without it your password alone would let anybody add"
                " one. Add another passkey first.",
            )
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)


sign_in_with_passkey = never_cache(SignInView.as_view())
add_passkey = never_cache(AddPasskeyView.as_view())
remove_passkey = never_cache(RemovePasskeyView.as_view())
