"""What changed, as Atom feeds (RFC 4287): of the organization, and of one unit with `?of=`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from directorates.models import UnitEdition
from directorates.queries import visibility
from directorates.queries.pages import changes, site_identity
from directorates.queries.pages.changes import Change
from directorates.queries.pages.site_identity import SiteIdentity
from directorates.rules import local_time, unit_changes
from directorates.views.changes import find_unit
from directorates.views.pages import DAY, shown_instant


@dataclass(frozen=True)
class FeedOfChanges:
    """The feed's changes, newest first. `authority` is the domain in the ids, `begins_at` the time without changes."""

    site: SiteIdentity
    authority: str
    unit: UnitEdition | None
    changes: tuple[Change, ...]
    begins_at: datetime


class _AtomFeed(Atom1Feed):
    def latest_post_date(self):
        """Return the time of the newest change. An empty feed has the time of the record's beginning, not now."""
        if not self.items:
            return self.feed["begins_at"]
        return super().latest_post_date()


class _ChangeFeed(Feed):
    feed_type = _AtomFeed

    def get_object(self, request, feed):
        return feed

    def title(self, feed):
        of = feed.unit.name if feed.unit else feed.site.agency_name or "the organization"
        return f"What changed in {of} | {feed.site.name}"

    def link(self, feed):
        return changes.address(of=feed.unit.slug if feed.unit else "")

    def feed_url(self, feed):
        return changes.feed_address(feed.unit.slug if feed.unit else "")

    def feed_guid(self, feed):
        # RFC 4151: the day is part of the name. It must never change, so it is no day of the record.
        of = f"unit-{feed.unit.unit_id}" if feed.unit else "organization"
        return f"tag:{feed.authority},2026-01-01:changes/{of}"

    def author_name(self, feed):
        return feed.site.agency_name or feed.site.name

    def feed_extra_kwargs(self, feed):
        return {"begins_at": feed.begins_at}

    def items(self, feed):
        return [(feed, change) for change in feed.changes]

    def item_title(self, item):
        _, change = item
        return f"{change.name}: {unit_changes.plain(change.phrases[0])}"

    def item_description(self, item):
        _, change = item
        sentences = [f"{unit_changes.plain(phrase)}." for phrase in change.phrases]
        # Atom1Feed declares the summary as HTML.
        return escape(" ".join([*sentences, change.note]).strip())

    def item_link(self, item):
        _, change = item
        return f"{change.url}?{DAY}={local_time.day_of(change.at).isoformat()}"

    def item_guid(self, item):
        feed, change = item
        return f"tag:{feed.authority},2026-01-01:changes/{change.unit_id}/{change.number}"

    def item_pubdate(self, item):
        return item[1].updated_at

    def item_updateddate(self, item):
        return item[1].updated_at


_feed = _ChangeFeed()


@require_safe
def change_feed(request):
    at = shown_instant(request)
    unit = find_unit(request, at=at)
    if not isinstance(unit, UnitEdition | None):
        return unit
    site = site_identity.get(at=at)
    feed = FeedOfChanges(
        site=site,
        # An IPv6 address has brackets and colons, which an id may not have.
        authority=site.domain.lower() or quote(split_domain_port(request.get_host())[0]),
        unit=unit,
        changes=changes.get_feed(at=at, unit=unit),
        begins_at=visibility.record_begins_at(at) or datetime(2026, 1, 1, tzinfo=UTC),
    )
    with timezone.override(site.time_zone), translation.override(site.language):
        made = _feed(request, feed=feed)
    return HttpResponse(made.content, content_type=made.headers["Content-Type"])
