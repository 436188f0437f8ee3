"""Signs in a member of staff with a passkey, for requests without a browser."""

from bin.drills.rig.load import HEADERS
from bin.drills.rig.person import SIGN_IN
from bin.production import HOST

CSRF = "a" * 32


def sign_in(site):
    """Make an account with all rights; return the headers of its requests. Forms need `CSRF`."""
    key = site.python(SIGN_IN.format(name="drill")).split()[-1]
    return HEADERS | {
        "Cookie": f"sessionid={key}; csrftoken={CSRF}",
        "Origin": f"https://{HOST}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
