"""The forms of the sign-in that differ from allauth's."""

from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError

from directorates.views.sign_in_adapters import logger


class AddPasskeyForm(AddWebAuthnForm):
    """Takes passkeys only: keys that name the account and ask for the person's finger, face or PIN."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=100,
        help_text="So that you can tell your passkeys apart, such as “Work laptop”.",
    )
    passwordless = None

    def clean(self):
        self.cleaned_data["passwordless"] = True
        return super().clean()


class PasskeySignInForm(LoginWebAuthnForm):
    def clean_credential(self):
        try:
            return super().clean_credential()
        except ValidationError:
            logger.warning("Sign-in failed: a passkey that is not known here")
            raise ValidationError("This passkey is not known here.") from None


class CodeForm(AuthenticateForm):
    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError:
            logger.warning("Sign-in failed at the code: %r", self.user.get_username())
            raise
