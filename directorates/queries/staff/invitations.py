"""Invitations: links at which a new colleague adds the first passkey.

A link holds a number that the database keeps, under a signature with the site's key. A copy of the database alone
makes no link, and neither does the key alone.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare

from directorates.models import Enrollment
from directorates.queries.staff import sign_in


@dataclass(frozen=True)
class Invitation:
    """An account's link. `end` says why it opens nothing any more, or is empty."""

    user: User
    token: str
    ends_at: datetime
    end: str = ""


USED = "used"
OVER = "over"
CLOSED = "closed"


def of_user(user, *, at):
    """Return an account's Invitation, or None if none was made: at most two queries."""
    enrollment = Enrollment.objects.filter(user=user).exclude(link_number="").first()
    return None if enrollment is None else _invitation(user, enrollment, at)


def find(token, *, at):
    """Return the Invitation of a token, or None if the token was not made here or was replaced."""
    try:
        pk, _, number = _signer().unsign(token).partition("-")
    except BadSignature:
        return None
    enrollment = Enrollment.objects.select_related("user").filter(user=pk).first()
    if enrollment is None or not enrollment.link_number:
        return None
    if not constant_time_compare(enrollment.link_number, number):
        return None
    return _invitation(enrollment.user, enrollment, at)


def _invitation(user, enrollment, at):
    ends_at = sign_in.enrollment_end(enrollment.opened_at)
    return Invitation(
        user=user,
        token=_signer().sign(f"{user.pk}-{enrollment.link_number}"),
        ends_at=ends_at,
        end=_find_end(user, ends_at, at),
    )


def _find_end(user, ends_at, at):
    if not (user.is_active and user.is_staff):
        return CLOSED
    if sign_in.has_passkey(user):
        return USED
    return OVER if at >= ends_at else ""


def _signer():
    return Signer(sep=".", salt="directorates.invitation")
