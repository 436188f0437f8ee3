"""Django system checks of the project's own settings."""

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from directorates.models.database import guards


def find_missing_settings():
    """Return one sentence for each missing setting of production, with how to set it."""
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
    others = sorted(set(settings.ALLOWED_HOSTS) - {"127.0.0.1", "localhost"})
    if settings.PLAIN_HTTP_ON_LOCALHOST and others:
        missing.append(
            "PLAIN_HTTP_ON_LOCALHOST is set, and ALLOWED_HOSTS names more than this machine:"
            f" {', '.join(others)}. Remove one of the two; sign-ins must not be sent without https."
        )
    return missing


@register(Tags.security, deploy=True)
def check_required_settings(app_configs, **kwargs):
    return [
        Error(sentence, id=f"directorates.E00{number}")
        for number, sentence in enumerate(find_missing_settings(), start=1)
    ]


@register(Tags.security, deploy=True)
def check_that_proxies_are_counted(app_configs, **kwargs):
    """Warn if a proxy is trusted for the scheme but not for addresses: limits would count all visitors as one."""
    if not settings.SECURE_PROXY_SSL_HEADER or settings.TRUSTED_PROXY_COUNT:
        return []
    return [
        Warning(
            "BEHIND_TLS_PROXY is set and TRUSTED_PROXY_COUNT is 0, so all visitors seem to come from the"
            " proxy's address and share the limits of one visitor. Set TRUSTED_PROXY_COUNT to the number"
            " of your proxies in front of the site.",
            id="directorates.W002",
        )
    ]


@register(Tags.database)
def check_guards(app_configs, *, databases=None, **kwargs):
    """Warn of missing or altered guards, in `migrate` (which makes them) and in `check --database default`."""
    if "default" not in (databases or ()):
        return []
    broken = guards.find_broken(connections["default"])
    if not broken:
        return []
    return [
        Warning(
            f"The database does not enforce every rule: {guards.described(broken)}. Make its"
            " guards with: python manage.py migrate",
            id="directorates.W003",
        )
    ]


@register(Tags.database)
def check_table_of_the_cache(app_configs, *, databases=None, **kwargs):
    """Warn after `migrate`, and in `check --database default`, if attempts cannot be counted.

    Without a SECRET_KEY this machine runs no server, so a developer's `migrate` needs no cache table.
    """
    if not settings.SECRET_KEY_IS_SET:
        return []
    table = isinstance(caches["default"], BaseDatabaseCache) and caches["default"]._table
    if not table or "default" not in (databases or ()):
        return []
    if table in connections["default"].introspection.table_names():
        return []
    return [
        Warning(
            f"The table “{table}” is missing. Sign-ins and survey answers are counted in it, so both"
            " fail. Make it with: python manage.py createcachetable",
            id="directorates.W001",
        )
    ]
