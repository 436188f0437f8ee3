"""A person who is signed in to a site's staff pages, and the worker that answers."""

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bin.drills.rig.by_worker import find_workers
from bin.production import HOST, Answer

#: Opens a session with a recent passkey, as the sign-in tests do.
SIGN_IN = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from directorates.models.staff.staff_session import SessionStore
from allauth.mfa.models import Authenticator
user = get_user_model().objects.create_superuser({name!r}, password=None)
session = SessionStore()
session[SESSION_KEY] = session["account_authentication_methods_user"] = str(user.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session["account_authentication_methods"] = [
    {{"method": "mfa", "type": Authenticator.Type.WEBAUTHN, "at": time.time()}}
]
session.create()
print(session.session_key)
"""


class Person:
    """A person signed in to `site`, with cookies and one open connection."""

    def __init__(self, site, name):
        self.site = site
        self.cookies = {"sessionid": site.python(SIGN_IN.format(name=name)).split()[-1]}
        self.connection = None

    def connect(self):
        """Open a new connection, which stays with one worker."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        self.connection.connect()

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **fields):
        """Send a form with the token of the page opened last."""
        fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        return self._ask("POST", path, urlencode(fields, doseq=True))

    def _ask(self, method, path, body=None):
        if self.connection is None:
            self.connect()
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "Referer": f"https://{HOST}{path}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        try:
            self.connection.request(method, path, body=body, headers=headers)
            response = self.connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer

    def form(self, path):
        """Open a page and return the data of its forms, {name: value or values}."""
        reader = _FormReader()
        reader.feed(self.get(path).body.decode())
        return reader.fields

    def find_worker(self):
        """Return the process id of the worker at the other end of the connection."""
        [worker] = find_workers(self.site, [self.connection])
        return worker


class _FormReader(HTMLParser):
    """Collects the fields of the main part's forms as a browser would send them, without buttons."""

    def __init__(self):
        super().__init__()
        self.fields = {}
        self._area = self._select = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name, value = attributes.get("name"), attributes.get("value") or ""
        if tag == "textarea":
            self._area, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in attributes:
            self.fields.setdefault(self._select, []).append(value)
        elif tag == "input" and name and _is_sent(attributes):
            self.fields[name] = attributes.get("value") or _UNNAMED.get(attributes.get("type"), "")

    def handle_data(self, data):
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        if tag == "select":
            self._select = None


#: The value that a browser sends for a ticked box without a value.
_UNNAMED = {"checkbox": "on", "radio": "on"}


def _is_sent(attributes):
    kind = attributes.get("type")
    if kind in ("checkbox", "radio"):
        return "checked" in attributes
    return kind not in ("submit", "file", "button")
