"""Checks staff sessions: how and when the person signed in, and when the person was last seen."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Q

from directorates.models import Enrollment, StaffSession

#: The paths where staff work, see previews and sign in. All other pages are public and use no session.
STAFF_PATHS = ADMIN, PREVIEWS, ACCOUNTS = ("/admin/", "/preview/", "/accounts/")

_SIGNED_IN_AT = "staff_signed_in_at"
_SEEN_AT = "staff_seen_at"
#: The stored instant may be this many seconds old, so not every page writes the session.
_SEEN_PRECISION = 30

PASSKEY = Authenticator.Type.WEBAUTHN
#: The name in the session of a sign-in by the link of an invitation.
INVITATION = "invitation"
_CODES = {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}


@dataclass(frozen=True)
class Step:
    """A step that a person must take first: the name of its page, and of other pages that stay open."""

    page: str
    also: tuple[str, ...] = ()


_CONFIRM_PASSKEY = "mfa_reauthenticate_webauthn"
_ADD_PASSKEY = "mfa_add_webauthn"
_ENROLLMENT_OVER = "account_enrollment_over"
_PROVE_PASSWORD_OR_CODE = ("account_reauthenticate", "mfa_reauthenticate")


def find_missing_step(request, *, at):
    """Return the Step that a signed-in person must still take, or None if staff pages are open.

    In production, staff pages require a passkey. A person with a passkey must use it, because a password with a
    code can be phished. A password with a code opens no staff pages and does not allow another passkey. A recovery
    code allows another passkey. A person without a passkey may only add one, during enrollment.
    """
    if settings.LOCAL:
        return None
    used = {record.get("type") for record in get_authentication_records(request, request.user)}
    if PASSKEY in used:
        return None
    if settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY and used & _CODES:
        return None
    owned = _owned_types(request.user)
    if PASSKEY not in owned and _came_by_invitation(request):
        # Without a password, a one-time code would open nothing later.
        over = at >= enrollment_ends_at(request.user)
        return Step(_ENROLLMENT_OVER if over else _ADD_PASSKEY)
    if not _is_enrolled(owned) and at >= enrollment_ends_at(request.user):
        return Step(_ENROLLMENT_OVER)
    if settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY:
        return _step_with_codes_allowed(owned)
    if PASSKEY not in owned:
        return Step(_ADD_PASSKEY, _PROVE_PASSWORD_OR_CODE)
    if Authenticator.Type.RECOVERY_CODES in used:
        return Step(_CONFIRM_PASSKEY, (_ADD_PASSKEY, *_PROVE_PASSWORD_OR_CODE))
    return Step(_CONFIRM_PASSKEY)


def _came_by_invitation(request):
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == INVITATION for record in records)


def is_enrollment_over(user, *, at):
    """Whether an account has only a password and the time to add a passkey is over."""
    if settings.LOCAL or _is_enrolled(_owned_types(user)):
        return False
    return at >= enrollment_ends_at(user)


def enrollment_ends_at(user):
    """Return the end of the time in which an account without a passkey may add one: one query."""
    opened_at = Enrollment.objects.filter(user=user).values_list("opened_at", flat=True).first()
    return enrollment_end(opened_at or user.date_joined)


def enrollment_end(opened_at):
    return opened_at + timedelta(hours=settings.STAFF_ENROLLMENT_HOURS)


def able_to_sign_in(users, *, at):
    """Return the accounts of a queryset that can sign in to staff pages at `at`."""
    passkey = _with_authenticator(type=PASSKEY)
    has_password = ~Q(password="") & ~Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    if settings.LOCAL:
        return users.filter(Q(passkey) | has_password)
    opened_since = at - timedelta(hours=settings.STAFF_ENROLLMENT_HOURS)
    may_enroll = Q(enrollment__opened_at__gt=opened_since) | Q(
        enrollment__isnull=True, date_joined__gt=opened_since
    )
    if settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY:
        may_enroll |= Q(_with_authenticator())
    return users.filter(Q(passkey) | has_password & may_enroll)


def _with_authenticator(**fields):
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), **fields))


def has_passkey(user):
    return PASSKEY in _owned_types(user)


def _owned_types(user):
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True).distinct())


def _is_enrolled(owned):
    return PASSKEY in owned or (settings.STAFF_MAY_SIGN_IN_WITHOUT_PASSKEY and bool(owned))


def _step_with_codes_allowed(owned):
    if not owned:
        return Step("mfa_index", (_ADD_PASSKEY, "mfa_activate_totp", "account_reauthenticate"))
    if Authenticator.Type.TOTP in owned:
        return Step("mfa_reauthenticate", (_CONFIRM_PASSKEY,))
    return Step(_CONFIRM_PASSKEY, ("mfa_reauthenticate",))


def is_over(session, *, at):
    """Whether the session has been idle or has lasted too long. `at` is in seconds since 1970."""
    signed_in_at, seen_at = session.get(_SIGNED_IN_AT, at), session.get(_SEEN_AT, at)
    return (
        at - signed_in_at > settings.STAFF_SIGN_IN_HOURS * 60 * 60
        or at - seen_at > settings.STAFF_IDLE_MINUTES * 60
    )


def seconds_of_idleness():
    """Return the shortest time without a staff page after which a session ends, in seconds."""
    return settings.STAFF_IDLE_MINUTES * 60 - _SEEN_PRECISION


def seconds_left(session, *, at):
    """Return the seconds until the session ends, even if the person stays active."""
    ends_at = session.get(_SIGNED_IN_AT, at) + settings.STAFF_SIGN_IN_HOURS * 60 * 60
    return max(0, int(ends_at - at))


def note_seen(session, *, at):
    """Store in the session when the person was seen, and at the first call the time of the sign-in."""
    session.setdefault(_SIGNED_IN_AT, at)
    if at - session.get(_SEEN_AT, 0) > _SEEN_PRECISION:
        session[_SEEN_AT] = at


@dataclass(frozen=True)
class OpenSession:
    """A person's sign-in that still opens staff pages."""

    key: str
    signed_in_at: datetime
    seen_at: datetime
    used_passkey: bool


def find_sessions(user, *, at):
    """Return a person's open sessions, the last seen first: one query."""
    own = []
    for session in StaffSession.objects.filter(user=user, expire_date__gt=at):
        data = session.get_decoded()
        # A session from before a change of the password opens nothing.
        is_current = data.get(HASH_SESSION_KEY) == user.get_session_auth_hash()
        if is_current and not is_over(data, at=at.timestamp()):
            own.append(_open_session(session, data, at))
    return sorted(own, key=lambda session: session.seen_at, reverse=True)


def _open_session(session, data, at):
    signed_in_at, seen_at = (
        datetime.fromtimestamp(data.get(name, at.timestamp()), UTC)
        for name in (_SIGNED_IN_AT, _SEEN_AT)
    )
    used = {record.get("type") for record in data.get("account_authentication_methods", ())}
    return OpenSession(session.session_key, signed_in_at, seen_at, PASSKEY in used)
