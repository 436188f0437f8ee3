"""The forms of the sign-in that differ from allauth's."""

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.core.exceptions import ValidationError

from directorates.accounts.sign_in_log import log_failure
from directorates.rules.content import lines
from directorates.rules.encryption import UnreadableError


class AddPasskeyForm(AddWebAuthnForm):
    """Accepts passkeys only: keys that name the account and ask for a fingerprint, face or PIN."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=100,
        help_text="A name that tells your passkeys apart, such as “Work laptop”.",
    )
    passwordless = None

    def clean_name(self):
        return lines.clean_line(self.cleaned_data["name"])

    def clean(self):
        self.cleaned_data["passwordless"] = True
        return super().clean()


class PasskeySignInForm(LoginWebAuthnForm):
    def clean_credential(self):
        try:
            return super().clean_credential()
        except ValidationError:
            log_failure(context.request, "Sign-in failed", "a passkey that is not known here")
            raise ValidationError("This passkey is not known here.") from None


class LoggedCode:
    """A part of the forms that ask for a one-time code or a recovery code."""

    def clean_code(self):
        try:
            return super().clean_code()
        except ValidationError:
            log_failure(context.request, "Sign-in failed at the code", self.user.get_username())
            raise
        except UnreadableError as error:
            log_failure(context.request, str(error), self.user.get_username())
            raise ValidationError(
                "The codes of this account can no longer be read. Ask your administrators for help."
            ) from error


class CodeForm(LoggedCode, AuthenticateForm):
    """Asks for the code at sign-in."""


class CodeAgainForm(LoggedCode, ReauthenticateForm):
    """Asks a signed-in person for a code again."""
