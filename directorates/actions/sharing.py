"""Links at which a person without an account sees the site with a change set."""

import secrets
from datetime import timedelta

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.refusals import require
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import PreviewLink, PreviewLinkUse
from directorates.models.staff.preview_link import hash_of
from directorates.queries import permissions
from directorates.rules import audit_actions

#: The days that a link may last, and the usual number.
DAYS = (1, 3, 7, 14)
USUAL_DAYS = 7


def explain_end(change_set):
    return (
        f"“{change_set}” is {change_set.get_state_display().lower()} and changes nothing later, so"
        " there is nothing to show."
    )


@locks.atomic
def share(*, change_set, for_whom, days, by, at):
    """Make a link; return it with its token, which is not stored. Raises ReviewError, NotAllowedError.

    The person needs the right over every record of the set, because a link shows them all.
    """
    if days not in DAYS:
        raise ReviewError(f"A link lasts {', '.join(map(str, DAYS))} days, and not {days}.")
    if not for_whom.strip():
        raise ReviewError("Say for whom the link is, so that everybody knows which to revoke.")
    change_set = locks.change_set(change_set)
    if not change_set.is_to_come(at):
        raise ReviewError(explain_end(change_set))
    require(permissions.may_share(by, change_set, at=at))
    secret = secrets.token_urlsafe(24)
    link = PreviewLink.objects.create(
        change_set=change_set,
        for_whom=for_whom.strip(),
        secret_hash=hash_of(secret),
        made_by=by,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    _note(link, audit_actions.SHARE, by, at)
    return link, link.token(secret)


@locks.atomic
def revoke(*, link, by, at):
    """End a link at once. A second call changes nothing: the first person stays on record."""
    locked = locks.row(PreviewLink.objects.filter(pk=link.pk))
    require(permissions.may_share(by, locked.change_set, at=at))
    if locked.revoked_at is None:
        locked.revoked_by, locked.revoked_at = by, at
        locked.save(update_fields=["revoked_by", "revoked_at"])
        _note(locked, audit_actions.REVOKE, by, at)
    return locked


def _note(link, action, by, at):
    auditing.note(
        action=action,
        record=link.change_set,
        change_set=link.change_set,
        by=by,
        at=at,
        comment=f"For {link.for_whom}.",
    )


@locks.atomic
def note_use(*, link, path, network, at):
    """Record one use of a link: which page, and from which network."""
    longest = PreviewLinkUse._meta.get_field("path").max_length
    return PreviewLinkUse.objects.create(
        link=link, path=path.replace("\0", "")[:longest], network=network, at=at
    )
