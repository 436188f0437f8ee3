"""Secrets of one-time and recovery codes that were kept as they are become encrypted, and back."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations

SECRETS = {"secret", "seed"}


def encrypt(text):
    return _fernet().encrypt(text.encode()).decode()


def decrypt(encrypted):
    return _fernet().decrypt(encrypted.encode()).decode()


def _fernet():
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key):
    purpose = b"directorates: secrets of authenticators"
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))


def encrypt_secrets(apps, schema_editor):
    _change(apps, lambda text: text if _is_encrypted(text) else encrypt(text))


def decrypt_secrets(apps, schema_editor):
    _change(apps, lambda text: decrypt(text) if _is_encrypted(text) else text)


def _change(apps, changed):
    for authenticator in apps.get_model("mfa", "Authenticator").objects.all():
        data = authenticator.data
        names = SECRETS & data.keys()
        if not names:
            continue
        if not (settings.LOCAL or settings.SECRET_KEY_IS_SET):
            raise RuntimeError(
                "SECRET_KEY is not set, so what this migration encrypts could never be read again. Set"
                " it as the server has it, and migrate again."
            )
        for name in names:
            data[name] = changed(data[name])
        authenticator.save(update_fields=["data"])


def _is_encrypted(text):
    # How each encrypted text begins; neither base 32 nor a hexadecimal number has a “g”.
    return text.startswith("gAAAAA")


class Migration(migrations.Migration):
    dependencies = [
        ("directorates", "0010_enrollment_and_form_number"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(encrypt_secrets, decrypt_secrets)]
