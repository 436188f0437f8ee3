"""Somebody who is signed in to a site's staff pages, and the worker that answers them."""

import http.client
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.production import HOST, Answer

#: A session in which a passkey was used a moment ago, as the tests of the sign-in open one.
SIGN_IN = """
import time
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
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
    """Signed in to `site` in a browser that keeps cookies and one connection."""

    def __init__(self, site, name):
        self.site = site
        self.cookies = {"sessionid": site.python(SIGN_IN.format(name=name)).split()[-1]}
        self.connection = None

    def connect(self):
        """Open a new connection, which one worker answers from now on."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=60)
        self.connection.connect()

    def get(self, path):
        return self._ask("GET", path)

    def post(self, path, **fields):
        """Send a form; its token is the one of the page that was opened before."""
        fields["csrfmiddlewaretoken"] = self.cookies["csrftoken"]
        return self._ask("POST", path, urlencode(fields))

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
            self.connection.close()
            self.connection = None
            raise
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer

    def find_worker(self):
        """Return the process number of the worker at the other end of the connection, as Linux tells it."""
        mine, theirs = self.connection.sock.getsockname()[1], self.site.port
        inode = _socket_inode(local=theirs, remote=mine)
        for worker in self.site.workers():
            for link in Path(f"/proc/{worker}/fd").iterdir():
                if link.is_symlink() and str(link.readlink()) == f"socket:[{inode}]":
                    return worker
        raise AssertionError("no worker has the other end of this connection")


def _socket_inode(*, local, remote):
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        ports = tuple(int(address.rpartition(":")[2], 16) for address in words[1:3])
        if ports == (local, remote):
            return words[9]
    raise AssertionError(f"the system knows no connection from {remote} to {local}")
