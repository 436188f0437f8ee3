"""Django system checks of the project's own settings."""

from django.conf import settings
from django.core.checks import Error, Tags, register


def find_missing_settings():
    """Return what production needs and does not have, one sentence each, with how to set it."""
    if settings.LOCAL:
        return []
    missing = []
    if not settings.SECRET_KEY_IS_SET:
        missing.append(
            "SECRET_KEY is not set. Set it in the environment (or in .env) to 50 or more random"
            " characters: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    if not settings.ALLOWED_HOSTS:
        missing.append(
            "ALLOWED_HOSTS is not set. Set it in the environment (or in .env) to the site's host"
            " names, separated by commas: ALLOWED_HOSTS=www.agency.gov"
        )
    return missing


@register(Tags.security, deploy=True)
def check_required_settings(app_configs, **kwargs):
    return [
        Error(sentence, id=f"directorates.E00{number}")
        for number, sentence in enumerate(find_missing_settings(), start=1)
    ]
