"""Encrypts the few secrets that the program must read again, so a copy of the database does not reveal them.

The keys are derived from SECRET_KEY and SECRET_KEY_FALLBACKS. The first key encrypts; all keys decrypt.
"""

import base64
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

#: allauth's names for these secrets in the data of an authenticator.
SECRETS = frozenset({"secret", "seed"})

#: Give each further use of the keys its own name, so it has its own keys.
_PURPOSE = b"directorates: secrets of authenticators"


class UnreadableError(Exception):
    """No key in use decrypts the text."""


def encrypt(text):
    return _fernet().encrypt(text.encode()).decode()


def decrypt(encrypted):
    """Return the decrypted text. Raises UnreadableError."""
    try:
        return _fernet().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise UnreadableError(
            "A secret in the database was encrypted with a key that is not in use. Put the former"
            " SECRET_KEY into SECRET_KEY_FALLBACKS. If it is lost, require new enrollment of the account."
        ) from None


def reencrypt(encrypted):
    """Return the same text encrypted with the first key. Raises UnreadableError."""
    return encrypt(decrypt(encrypted))


def _fernet():
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


@cache
def _derived(key):
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
