"""Secrets of codes are unreadable in the database, and readable after a change of key."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.management import call_command

from directorates.rules import encryption
from directorates.rules.encryption import UnreadableError
from tests.factories import make_user
from tests.views.test_signin import current_code


@pytest.fixture
def codes(db):
    """Return the secret of an account's app, and its recovery codes."""
    person = make_user()
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return secret, RecoveryCodes.activate(person).get_unused_codes()


def app():
    return Authenticator.objects.get(type="totp").wrap()


def unused_codes():
    return Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()


def stored():
    return {
        name: data[name]
        for data in Authenticator.objects.values_list("data", flat=True)
        for name in encryption.SECRETS & data.keys()
    }


def test_the_same_text_is_never_encrypted_alike():
    first, second = encryption.encrypt("secret"), encryption.encrypt("secret")

    assert first != second
    assert encryption.decrypt(first) == encryption.decrypt(second) == "secret"


def test_the_database_holds_no_secret_as_it_is(codes):
    secret, _ = codes

    assert set(stored()) == {"secret", "seed"}
    assert all(text.startswith("gAAAAA") for text in stored().values())
    assert secret not in str(stored())
    assert app().validate_code(current_code(secret))


def test_a_former_key_still_reads(codes, settings):
    secret, recovery = codes
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert app().validate_code(current_code(secret))
    assert unused_codes() == recovery


def test_without_the_key_a_secret_is_unreadable(codes, settings):
    settings.SECRET_KEY = "another key"

    with pytest.raises(UnreadableError, match="SECRET_KEY_FALLBACKS"):
        unused_codes()


def test_a_changed_text_is_refused():
    encrypted = encryption.encrypt("secret")

    with pytest.raises(UnreadableError):
        encryption.decrypt(encrypted[:-4] + "AAA=")


def test_encrypted_anew_they_no_longer_need_the_former_key(codes, settings, capsys):
    secret, recovery = codes
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    call_command("encrypt_secrets")

    settings.SECRET_KEY_FALLBACKS = []
    assert capsys.readouterr().out.startswith("2 secrets")
    assert app().validate_code(current_code(secret))
    assert unused_codes() == recovery
