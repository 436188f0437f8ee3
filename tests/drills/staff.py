"""A member of staff who is signed in with a passkey, for requests without a browser."""

from tests.drills.load import HEADERS
from tests.production import HOST

CSRF = "a" * 32
SIGN_IN = """
import time
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore

user = auth.get_user_model().objects.create_superuser("drill")
session = SessionStore()
session[auth.SESSION_KEY] = str(user.pk)
session[auth.BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
session["account_authentication_methods_user"] = str(user.pk)
session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time()}]
session.save()
print(session.session_key)
"""


def sign_in(site):
    """Make an account with all rights; return the headers of its requests. Forms carry `CSRF`."""
    key = site.python(SIGN_IN).strip()
    return HEADERS | {
        "Cookie": f"sessionid={key}; csrftoken={CSRF}",
        "Origin": f"https://{HOST}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
