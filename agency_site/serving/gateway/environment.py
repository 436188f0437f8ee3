"""Makes WSGI's `environ` from the server's request, and decides which headers count.

WSGI gives `X-Forwarded-For` and `X_Forwarded_For` one name, so a client could speak for the proxy. RSGI still
tells them apart. Only names that a proxy can set or remove pass.
"""

import re
import sys
from functools import lru_cache

from django.conf import settings

#: The names that nginx accepts. No header in use has another name.
_NAME = re.compile(r"[a-z0-9-]+")
#: Headers that the server has already processed.
_NOT_PASSED_ON = {"content-length", "transfer-encoding"}
#: Headers that only our own proxy may set.
_SCHEME = "HTTP_X_FORWARDED_PROTO"
_OF_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REQUEST_ID",
    "HTTP_X_ACCEL_TIME",
)
_CHARSET = re.compile(r";\s*charset\s*=\s*(\"[^\"]*\"?|[^;]*)", re.IGNORECASE)
_COMMON = {
    "SCRIPT_NAME": "",
    "CONTENT_LENGTH": "",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}


def make_environ(scope):
    """Return the `environ` of a request without its body. Takes a tenth of a finished page's time."""
    server, _, port = scope.server.rpartition(":")
    environ = _COMMON | {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_wsgi_has_it(scope.path),
        "QUERY_STRING": _as_wsgi_has_it(scope.query_string),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.url_scheme": scope.scheme,
    }
    for name, value in scope.headers.items():
        if (key := _key(name)) is None:
            continue
        if key in environ:
            value = f"{environ[key]}{';' if name == 'cookie' else ','}{value}"
        environ[key] = value
    if "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority or ""
    if "CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = _without_charset(environ["CONTENT_TYPE"])
    if _SCHEME in environ:
        environ[_SCHEME] = _agreed_scheme(environ[_SCHEME])
    if not settings.TRUSTED_PROXY_COUNT:
        for key in _OF_PROXIES:
            environ.pop(key, None)
    return environ


def _as_wsgi_has_it(words):
    return words if words.isascii() else words.encode(errors="replace").decode("latin-1")


# Names come from visitors, so the cache is bounded.
@lru_cache(maxsize=512)
def _key(name):
    """Return a header's name in `environ`, or None for a header that is dropped."""
    if name in _NOT_PASSED_ON or not _NAME.fullmatch(name):
        return None
    return "CONTENT_TYPE" if name == "content-type" else f"HTTP_{name.upper().replace('-', '_')}"


def _without_charset(content_type):
    """Return the media type alone. Every page is UTF-8, so every form is sent in UTF-8."""
    return _CHARSET.sub("", content_type) if "charset" in content_type.lower() else content_type


def _agreed_scheme(scheme):
    """Return https only if every value is https, so a client cannot raise the scheme by adding a value."""
    if scheme == "https":
        return scheme
    return "https" if all(one.strip().lower() == "https" for one in scheme.split(",")) else "http"
