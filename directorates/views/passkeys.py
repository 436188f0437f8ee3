"""Adding and removing a passkey."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache


class AddPasskeyView(AddWebAuthnView):
    @transaction.atomic
    def form_valid(self, form):
        """Keep the passkey and its entry in the audit trail together."""
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        # allauth asks for a mere second factor here, and lets a box on the page change that.
        context = super().get_context_data(**kwargs)
        options = auth.begin_registration(self.request.user, passwordless=True)
        return context | {"js_data": {"creation_options": options}}


class RemovePasskeyView(RemoveWebAuthnView):
    @transaction.atomic
    def form_valid(self, form):
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


add_passkey = never_cache(AddPasskeyView.as_view())
remove_passkey = never_cache(RemovePasskeyView.as_view())
