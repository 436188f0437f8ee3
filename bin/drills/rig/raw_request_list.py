"""Makes random raw requests from a seed: methods, targets, header names, charsets, encodings, bodies, sizes."""

from random import Random
from urllib.parse import quote_from_bytes

from bin.production import HOST

METHODS = [
    *["GET"] * 30, *["POST"] * 20, *["HEAD"] * 4, "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND",
    "get", "G-T", "GET,POST", "M" * 300,
]  # fmt: skip
PUBLIC = [
    "/", "/about/", "/directorates/", "/offices/", "/survey/", "/survey/thanks/", "/robots.txt", "/favicon.ico", "/sitemap.xml", "/healthz",
    "/readyz", "/metrics", "/style-guide/", "/media/logo/", "/static/", "/nothing/", "*", "//", "",
]  # fmt: skip
SIGN_IN = [
    "/accounts/login/", "/accounts/logout/", "/accounts/inactive/", "/accounts/too-late/", "/accounts/reauthenticate/",
    "/accounts/sessions/end/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/reauthenticate/", "/accounts/2fa/authenticate/",
    "/accounts/2fa/totp/activate/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/", "/accounts/2fa/recovery-codes/download/", "/accounts/2fa/reauthenticate/",
    "/accounts/2fa/trust/", "/admin/logout/", "/accounts/2fa/webauthn/keys/{}/remove/", "/accounts/2fa/webauthn/keys/{}/edit/", "/admin/login/",
]  # fmt: skip
#: These would end the session for the following requests.
_ENDS_A_SESSION = ("logout", "sessions/end")
PREVIEWS = [
    "/preview/units/{}/", "/preview/overview/{}/", "/preview/sets/{}/", "/preview/sets/{}/offices/", "/preview/affected/{}/",
    "/preview/at/", "/preview/at/{}/", "/preview/at/20260101T120000Z/{}/", "/shared/", "/shared/{}/", "/shared/{}/offices/",
    "/offices/{}/", "/directorates/{}/", "/media/logo/{}", "/static/{}",
]  # fmt: skip
MODELS = [
    "agency", "directorate", "office", "figure", "changeset", "responsibility", "sitesettings", "surveyresponse",
    "auditentry", "previewlink",
]  # fmt: skip
STAFF = [
    "/admin/", "/admin/jsi18n/", "/admin/autocomplete/", "/admin/r/{}/{}/", "/admin/password_change/", "/admin/auth/user/",
    "/admin/auth/user/add/", "/admin/auth/user/{}/change/", "/admin/auth/group/", "/admin/auth/group/{}/change/", "/admin/find/",
    *(f"/admin/directorates/{model}/{rest}" for model in MODELS for rest in ("", "add/", "{}/", "{}/change/", "{}/history/")),
]  # fmt: skip
IDS = ["1", "2", "0", "-1", "7", "99", str(2**31), str(2**63), "9" * 30, "9" * 5000, "1_0", "x", "%00", "%ff", "١", "a/b", "_5F", "+1"]  # fmt: skip
PARAMETERS = [
    "q", "page", "by", "part-of", "p", "o", "all", "e", "next", "token", "kind", "kind__exact", "parent__id__exact", "id__in",
    "at", "unit", "with", "left", "right", "app_label", "model_name", "field_name", "term", "_popup", "_to_field", "path",
    "action", "_changelist_filters", "since", "until", "saved_at__gte", "pk", "by_person", "record", "word",
]  # fmt: skip
VALUES = [
    b"", b"1", b"0", b"-1", b"\x00", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9", b"9" * 30, b"9" * 5000,
    b"1e400", b"NaN", b"Infinity", b"'", b'"', b"%", b"a" * 3000, b"word " * 300, b"2026-02-30", b"0001-01-01", b"9999-12-31",
    b"99999-01-01", b"20260101T120000Z", b"{}", b"[]", b"../..", b"//evil.example", b"http://[", b"*", b"\\", b"a,b,c", b"1,,2",
    b"-1.2.3", b"pk__in", b"\r\n", b"\x7f", b"\xe2\x80\xae", b"true", b"null", b"((((", b"OR AND NOT NEAR", b"id__in=1",
]  # fmt: skip
CHARSETS = [
    "utf-8", "rot13", "unicode_escape", "raw_unicode_escape", "utf-7", "utf-16", "utf-32", "hex", "base64", "zlib", "bz2", "uu",
    "idna", "punycode", "mbcs", "undefined", "latin-1", "cp037", "shift_jis", "x" * 100, "", '"utf-8', "\x00", "../x", "charmap",
]  # fmt: skip
KINDS = [
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=b", "text/plain", "application/json",
    "multipart/form-data; boundary=", "multipart/mixed; boundary=b", "application/octet-stream", "a", ";", "/", "x" * 900,
    'multipart/form-data; boundary="b', "multipart/form-data; boundary=\xe9",
]  # fmt: skip
ODD_HEADERS = [
    "Cookie: sessionid={}", "Cookie: csrftoken={}", "Cookie: messages={}", "Cookie: {}", "Cookie: =;=;;{}", "Cookie: a=1, b={}",
    "Accept-Language: {}", "Accept-Encoding: {}", "Accept: {}", "If-Modified-Since: {}", "If-None-Match: {}", "If-Match: {}",
    "If-Unmodified-Since: {}", "If-Range: {}", "Range: bytes={}", "Range: {}", "Expect: 100-continue", "Expect: {}", "Host: {}",
    "X-Forwarded-For: {}", "X_Forwarded_For: {}", "X_Forwarded_Proto: {}", "X-Forwarded-Proto: {}", "X-Forwarded-Host: {}",
    "Forwarded: {}", "X-Request-ID: {}", "X_Request_ID: {}", "Referer: {}", "Origin: {}", "User-Agent: {}", "Authorization: {}",
    "X-Requested-With: XMLHttpRequest", "Content-Encoding: {}", "Content_Type: {}", "Content_Length: {}", "Transfer_Encoding: chunked",
    "Upgrade: {}", "Connection: keep-alive, {}", "Sec-Fetch-Site: {}", "Date: {}", "Via: {}", "X-CSRFToken: {}", "Script_Name: {}",
    "Script-Name: {}", "Path-Info: {}", "Proxy: {}", "Wsgi.Input: {}", "X: {}", "-: {}", "_: {}", "Content-Disposition: {}",
]  # fmt: skip


class RawRequests:
    """Makes requests as bytes, the same for the same seed. `session` is the key of a staff session."""

    def __init__(self, seed):
        self.chance = Random(seed)
        self.session = ""

    def make(self):
        """Return one request as bytes."""
        method = self.chance.choice(METHODS)
        places = self.chance.choice([PUBLIC, SIGN_IN, PREVIEWS, STAFF])
        place = self.chance.choice(places)
        target = self._target(place)
        body = self._body() if method in ("POST", "PUT", "PATCH") or self._now_and_then(20) else b""
        lines = [b"%b %b %b" % (method.encode(), target, self._version())]
        lines += self._host()
        lines += [b"X-Forwarded-Proto: https", b"X-Forwarded-For: 192.0.2.7"]
        if places is STAFF or places is PREVIEWS or self._now_and_then(4):
            lines += self._signed_in(place)
        lines += self._body_lines(method, body)
        lines += [self._odd_header() for _ in range(self.chance.choice([0, 0, 1, 1, 2, 5]))]
        if self._now_and_then(60):
            lines.append(b"X-Long: " + b"x" * self.chance.choice([8_000, 70_000, 300_000]))
        lines.append(b"Connection: close")
        return b"\r\n".join(lines) + b"\r\n\r\n" + body

    def _now_and_then(self, times):
        return self.chance.randrange(times) == 0

    def _target(self, place):
        while "{}" in place:
            place = place.replace("{}", self.chance.choice(IDS), 1)
        target = place.encode()
        if self._now_and_then(5):
            target += self._written(self.chance.choice(VALUES))
        if self._now_and_then(40):
            target = self.chance.choice([b"http://" + HOST.encode(), b"ftp://x", b"http://[::1"]) + target  # fmt: skip
        if not self._now_and_then(3):
            pairs = [
                self.chance.choice(PARAMETERS).encode()
                + b"="
                + self._written(self.chance.choice(VALUES))
                for _ in range(self.chance.choice([1, 1, 2, 4]))
            ]
            target += b"?" + b"&".join(pairs)
        return target

    def _written(self, value):
        """Write a value as in an address, sometimes with raw bytes."""
        if self._now_and_then(8):
            return value.replace(b"\r", b"").replace(b"\n", b"").replace(b" ", b"")
        return quote_from_bytes(value).encode()

    def _version(self):
        return b"HTTP/1.0" if self._now_and_then(15) else b"HTTP/1.1"

    def _host(self):
        if self._now_and_then(30):
            return []
        return [b"Host: " + HOST.encode()] * (2 if self._now_and_then(40) else 1)

    def _signed_in(self, place):
        if any(end in place for end in _ENDS_A_SESSION):
            return []
        token = "a" * 32
        return [
            f"Cookie: sessionid={self.session}; csrftoken={token}".encode(),
            f"X-CSRFToken: {token}".encode(),
            f"Referer: https://{HOST}/admin/".encode(),
        ]

    def _odd_header(self):
        value = self.chance.choice(VALUES)[: self.chance.choice([20, 20, 5000])]
        value = value.replace(b"\r", b"").replace(b"\n", b"")
        return self.chance.choice(ODD_HEADERS).encode().replace(b"{}", value)

    # Bodies

    def _body(self):
        return self.chance.choice([self._form, self._parts, self._json, self._noise])()

    def _form(self):
        names = [*PARAMETERS, "login", "password", "csrfmiddlewaretoken", "credential", "_selected_action", "comments", "trust"]  # fmt: skip
        return b"&".join(
            self.chance.choice(names).encode()
            + b"="
            + quote_from_bytes(self.chance.choice(VALUES)).encode()
            for _ in range(self.chance.choice([0, 1, 5, 50, 1500]))
        )

    def _parts(self):
        parts = b""
        for _ in range(self.chance.choice([1, 2, 20])):
            lines = [b'Content-Disposition: form-data; name="%b"' % self._name()]
            if self._now_and_then(2):
                lines[0] += b'; filename="%b"' % self.chance.choice([b"", b"x.png", b"../../x", b"\xff", b"a" * 400])  # fmt: skip
            if self._now_and_then(2):
                lines.append(b"Content-Transfer-Encoding: base64")
            if self._now_and_then(2):
                charset = self.chance.choice(CHARSETS).encode()
                lines.append(b"Content-Type: text/plain; charset=" + charset)
            parts += b"--b\r\n" + b"\r\n".join(lines) + b"\r\n\r\n" + self._value() + b"\r\n"
        return parts + self.chance.choice([b"--b--\r\n", b"--b", b""])

    def _name(self):
        return self.chance.choice(
            [b"credential", b"logo", b"file", b"next", b"_charset_", b"\xff", b"", b"a[b]"]
        )

    def _value(self):
        return self.chance.choice(VALUES)

    def _json(self):
        return self.chance.choice(
            [
                b"{",
                b"[" * 20_000,
                b'{"a":' * 20_000,
                b"null",
                b"1e999",
                b'"\\ud800"',
                b'{"credential": {"id": 1}}',
                b"\xff",
                b"credential=" + b"[" * 20_000,
                b"credential=null",
                b"credential=%7B%22id%22%3A1%7D",
                b"credential=1",
                b"credential=%00",
                b"credential=%22a%22",
                b"credential=" + b'{"response":{"clientDataJSON":"x"},"rawId":"x","id":"x"}',
            ]
        )

    def _noise(self):
        return self.chance.randbytes(self.chance.choice([1, 100, 5000, 200_000]))

    def _body_lines(self, method, body):
        if not body and method not in ("POST", "PUT", "PATCH"):
            return self._kind() if self._now_and_then(3) else []
        if self._now_and_then(12):
            return [*self._kind(), b"Transfer-Encoding: chunked"]
        length = len(body)
        if self._now_and_then(12):
            length = self.chance.choice([0, max(0, length - 1), -1, 2**40, "x", "1e3", "+1"])
        return [*self._kind(), b"Content-Length: " + str(length).encode()]

    def _kind(self):
        if self._now_and_then(10):
            return []
        kind = self.chance.choice(KINDS[:3] if self._now_and_then(2) else KINDS)
        if self._now_and_then(2):
            kind += f"; charset={self.chance.choice(CHARSETS)}"
        return [b"Content-Type: " + kind.encode("latin-1")]
