"""Saving what the site says of itself. It takes effect at once, so the generation advances."""

from django.db import transaction

from directorates.models import REQUIRED_LINK_TEXTS, Generation, SiteLink


@transaction.atomic
def save(*, settings, by, at, links=()):
    """Save the site settings and `links` (found again by their texts), and make sure that every link
    that federal rules ask for is listed (F13)."""
    settings.pk = 1
    settings.save()
    for link in links:
        SiteLink.objects.update_or_create(
            settings=settings,
            text=link.text,
            defaults={"url": link.url, "position": link.position},
        )
    present = set(settings.links.values_list("text", flat=True))
    SiteLink.objects.bulk_create(
        SiteLink(settings=settings, text=text, position=position)
        for position, text in enumerate(REQUIRED_LINK_TEXTS)
        if text not in present
    )
    Generation.objects.advance()
    return settings
