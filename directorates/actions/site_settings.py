"""Saving the site settings, which take effect at once, so the generation advances."""

from django.core.files.base import ContentFile

from directorates.actions import locks
from directorates.actions.auditing import auditing
from directorates.actions.auditing.audit_phrases import change, changes_between, state_of
from directorates.actions.duplicates import AlreadyThereError
from directorates.actions.refusals import require
from directorates.models import REQUIRED_LINK_TEXTS, Generation, SiteLink, SiteSettings
from directorates.queries import permissions
from directorates.rules import audit_actions
from directorates.rules.content import lines, pictures


@locks.atomic
def save(*, settings, by, at, links=(), removed_links=()):
    """Save the site settings and `links`. Where federal rules apply, every link that they require is listed.

    A link that was not read from the database updates the link with the same text.
    """
    locks.publications()
    before = next(iter(locks.rows(SiteSettings.objects.filter(pk=1))), None)
    require(permissions.may(by, "change" if before else "add", SiteSettings))
    state_before = state_of(before) if before else None
    links_before = _link_rows(before) if before else []
    settings.pk = 1
    if settings.logo and not settings.logo._committed:
        clean = pictures.without_metadata(settings.logo)
        settings.logo = ContentFile(clean, name=settings.logo.name)
    settings.save()
    _save_links(settings, links, removed_links)
    Generation.objects.advance()
    changes = changes_between(SiteSettings, state_before, state_of(settings))
    links_after = _link_rows(settings)
    if links_before != links_after:
        changes.append(change("links", "Links", links_before, links_after, "names"))
    if changes:
        auditing.note(
            action=audit_actions.CHANGE if before else audit_actions.CREATE,
            record=settings,
            by=by,
            at=at,
            changes=changes,
        )
    return settings


def _link_rows(settings):
    """Return the links as texts, in their order."""
    return [f"{link.text}: {link.url}" if link.url else link.text for link in settings.links.all()]


def _save_links(settings, links, removed_links):
    for link in removed_links:
        link.delete()
    known = {lines.fold(link.text): link.text for link in settings.links.all()}
    for link in links:
        if link.pk is not None:
            link.save()
            continue
        text = known.get(lines.fold(link.text), link.text)
        SiteLink.objects.bulk_create(
            [SiteLink(settings=settings, text=text, url=link.url, position=link.position)],
            update_conflicts=True,
            unique_fields=["settings", "text"],
            update_fields=["url", "position"],
        )
    present = _texts_by_fold(settings)
    if not settings.follows_us_federal_rules:
        # These links were listed only for the federal rules and are on no page yet.
        settings.links.filter(text__in=REQUIRED_LINK_TEXTS, url="").delete()
        return
    SiteLink.objects.bulk_create(
        SiteLink(settings=settings, text=text, position=position)
        for position, text in enumerate(REQUIRED_LINK_TEXTS)
        if lines.fold(text) not in present
    )


def _texts_by_fold(settings):
    """Return {folded text: text} of the links. Raises AlreadyThereError if two have the same folded text."""
    found = {}
    for text in settings.links.values_list("text", flat=True):
        other = found.setdefault(lines.fold(text), text)
        if other != text:
            raise AlreadyThereError(
                f"The links “{other}” and “{text}” have the same text. Change or delete one of them."
            )
    return found
