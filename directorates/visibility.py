"""Who may see what. Every exit asks here: pages, lists, sitemap, preview, history.

The public sees what is in force at an instant. Staff see drafts, schedules and history
within their permissions.
"""

from django.core.exceptions import PermissionDenied

from directorates.models import (
    ChangeSet,
    FigureEdition,
    PreviewLink,
    SiteSettings,
    Unit,
    UnitEdition,
)


def site_settings():
    return SiteSettings.objects.load()


def public_units(at):
    """Editions of units that the public sees at `at`, closed units included."""
    return UnitEdition.objects.in_force(at)


def open_units(at):
    """Editions of units that the public sees at `at` in pages, lists and the sitemap."""
    return public_units(at).filter(is_closed=False)


def public_unit_history(at):
    """Editions of units that the public could see at `at` or at some time before."""
    return UnitEdition.objects.begun(at)


def chain_above(unit_id, *, at):
    """Return the public editions from the agency down to the unit's parent, as dicts; one query."""
    return UnitEdition.objects.chain_above(unit_id, at=at)


def public_figures(at):
    """Editions of figures that the public sees at `at`."""
    return FigureEdition.objects.in_force(at)


def can_see_drafts(user):
    may_see = ("directorates.view_unit", "directorates.change_unit")
    return user.is_active and user.is_staff and any(user.has_perm(name) for name in may_see)


def can_publish(user):
    return user.is_active and user.is_staff and user.has_perm("directorates.publish_unit")


def can_see_change_sets(user):
    return user.is_active and user.is_staff and user.has_perm("directorates.view_changeset")


def can_share(user, change_set):
    """Whether a person may make and revoke links to a change set for people without an account."""
    may_share = ("directorates.change_changeset", "directorates.approve_changeset")
    is_alive = change_set.holds_records or change_set.state == ChangeSet.State.APPROVED
    return is_alive and can_see_change_sets(user) and any(map(user.has_perm, may_share))


def shared_link(token, *, at):
    """Return the link that a token opens to anybody at `at`.

    Raises PreviewLink.DoesNotExist, the same whether it is unknown or has ended.
    """
    link = PreviewLink.objects.get_by_token(token)
    if end := link.find_end(at):
        raise PreviewLink.DoesNotExist(end)
    return link


def change_set(user, pk):
    """Return a change set for a preview. Raises PermissionDenied, and ChangeSet.DoesNotExist."""
    if not can_see_change_sets(user):
        raise PermissionDenied("Your account may not see change sets.")
    return ChangeSet.objects.get(pk=pk)


def draft_unit(user, pk):
    """Return the working record for a preview.

    Raises PermissionDenied for anyone who may not see drafts, and Unit.DoesNotExist.
    """
    if not can_see_drafts(user):
        raise PermissionDenied("Your account may not see unpublished changes.")
    return Unit.objects.get(pk=pk)
