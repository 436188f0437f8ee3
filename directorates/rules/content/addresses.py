"""Checks addresses of links: a web page, a place on this site, an e-mail address or a telephone number. Pure.

Rich text, address fields and the site's links use the same checks, in forms and in files.
"""

import re
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

PROTOCOLS = ("http", "https", "mailto", "tel")
NO_SITE = "names no site; write it like https://www.example.gov/page, without spaces in the name"
#: The message of a field for a whole address.
WHOLE_ADDRESS = (
    "Write the whole address, beginning with https://, such as https://www.example.gov/."
)
#: The places on a unit's page that a text may link to.
PLACES = ("top", "main-content", "key-facts", "responsibilities")
#: The number of digits of 311, for example.
SHORTEST_NUMBER = 3
HIGHEST_PORT = 65_535

_SITE = re.compile(r"(https?://)([^/?#]*)", re.IGNORECASE)
_check_web_address = URLValidator(schemes=["http", "https"])


def as_browsers_read(address):
    """Return an address as browsers read it: without white space and control characters, with / for a backslash."""
    return re.sub(r"[\x00-\x20]", "", address).replace("\\", "/")


def find_problem(address):
    """Return the fault of a link's address in a text, or ''."""
    plain = as_browsers_read(address)
    if not plain:
        return "is empty; write where the link leads, or take the link away"
    if plain.startswith("#"):
        if plain[1:] in PLACES:
            return ""
        return "leads to no place on the page; write the address of a page, or take the link away"
    if not _is_allowed(plain):
        return "is not allowed; begin it with https://, http://, mailto:, tel: or /"
    scheme, _, rest = address.strip().partition(":")
    if scheme.lower() in {"mailto", "tel"}:
        return _find_person_problem(scheme.lower(), rest)
    return _find_site_problem(address.strip()) if scheme.lower() in {"http", "https"} else ""


def validate_web_address(address):
    """Raise ValidationError unless `address` is the whole address of a web page."""
    if problem := _find_port_problem(address):
        raise ValidationError(f"The address “{address}” {problem}.", code="port")
    _check_web_address(address)


def validate_link_address(address):
    """Raise ValidationError unless `address` is the whole address of a web page or a path on this site."""
    if re.fullmatch(r"/(?![/\\])\S*", address):
        return
    try:
        validate_web_address(address)
    except ValidationError as error:
        if error.code == "port":
            raise
        raise ValidationError(
            "Enter a full address that begins with https://, or a path on this site that begins with /. Write no spaces in it."
        ) from error


def _find_site_problem(address):
    """Return the fault of the site in a web address, or ''. The path may hold spaces."""
    site = _SITE.match(address)
    if problem := _find_port_problem(address):
        return problem
    try:
        _check_web_address(site[0] if site else "")
    except ValidationError:
        return NO_SITE
    return ""


def _find_port_problem(address):
    site = _SITE.match(address)
    port = re.search(r":(\d+)$", site[2], re.ASCII) if site else None
    if port is None or 0 < int(port[1][:6]) <= HIGHEST_PORT:
        return ""
    return f"names the port {port[1]}, which no site has; take “:{port[1]}” away"


def _find_person_problem(scheme, rest):
    """Return the fault of the recipient in a mailto: or tel: address (RFC 6068, RFC 3966), or ''."""
    whom, _, headers = rest.partition("?")
    if not whom.strip():
        # The reader adds the recipient to an address with only a subject.
        return (
            "" if headers else f"names no recipient; write an address or a number after {scheme}:"
        )
    if scheme == "tel":
        has_digits = sum(character.isdigit() for character in whom) >= SHORTEST_NUMBER
        return "" if has_digits else "holds no number to call; write its digits after tel:"
    try:
        for recipient in unquote(whom).split(","):
            validate_email(recipient.strip())
    except ValidationError:
        return "holds no e-mail address; write it like mailto:name@example.gov, without spaces"
    return ""


def _is_allowed(plain):
    if plain.startswith("//"):
        return False
    scheme, separator, _ = plain.partition(":")
    if not separator or any(character in scheme for character in "/?#"):
        # An address without a scheme is a path of this site or a place on this page. It is no host name.
        return plain.startswith(("/", "#"))
    return scheme.lower() in PROTOCOLS
