"""The part of a change set's page that makes, lists and revokes links for people without an account."""

from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import attrgetter

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from directorates.actions import sharing
from directorates.admin.refusals import keep_typed, posted_text, refusals_shown_in, take_typed
from directorates.admin.wording import exact_moment, person
from directorates.models import ChangeSet, PreviewLink, PreviewLinkUse
from directorates.queries import permissions, shared_links

#: How many of a change set's latest uses of links its page lists.
MOST_USES = 50


class PreviewLinkForm(forms.Form):
    for_whom = PreviewLink._meta.get_field("for_whom").formfield()
    days = forms.TypedChoiceField(
        label="Ends after",
        coerce=int,
        choices=[(days, f"{days} day{'s' if days > 1 else ''}") for days in sharing.DAYS],
        initial=sharing.USUAL_DAYS,
        help_text="It ends earlier if it is revoked, or once the change is in force, withdrawn or"
        " discarded.",
    )


@dataclass(frozen=True)
class LinkRow:
    """A link as texts. `revoke_url` is '' if the link has ended or this person may not revoke it."""

    for_whom: str
    made: str
    end: str
    uses: str
    looks: tuple[str, ...]
    revoke_url: str


@dataclass(frozen=True)
class LinksSection:
    """The links of a change set. `form` is None and `share_url` '' if the person may not make links or it is
    too late."""

    links: tuple[LinkRow, ...]
    form: PreviewLinkForm | None
    share_url: str


class PreviewLinks:
    """A part of ChangeSetAdmin: a section, and the addresses that make and revoke a link."""

    def get_urls(self):
        links = "<int:pk>/links/"
        return [
            self.page_path(links, self.share_view, "share", ["POST"]),
            self.page_path(f"{links}<int:link_pk>/revoke/", self.revoke_view, "revoke", ["POST"]),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            context["preview_links"] = self._links_section(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _links_section(self, request, change_set):
        now = timezone.now()
        may_share = bool(permissions.may_share(request.user, change_set, at=now))
        may_make = may_share and change_set.is_to_come(now)
        return LinksSection(
            links=tuple(self._link_rows(change_set, now, may_revoke=may_share)),
            form=_empty_form(request, change_set) if may_make else None,
            share_url=self.page_url("share", change_set.pk) if may_make else "",
        )

    def _link_rows(self, change_set, now, *, may_revoke):
        """Yield a change set's links as LinkRows, the newest first: two queries."""
        links = (
            change_set.preview_links.select_related("change_set", "made_by", "revoked_by")
            .annotate(times=Count("uses"), last_at=Max("uses__at"))
            .order_by("-made_at", "-pk")
        )
        latest = PreviewLinkUse.objects.filter(link__change_set=change_set)[:MOST_USES]
        by_link = attrgetter("link_id")
        looks = {pk: tuple(uses) for pk, uses in groupby(sorted(latest, key=by_link), key=by_link)}
        # A maker's right covers all records of the set, so it is the same for all of their links.
        find_end_of_right = cache(
            lambda maker: shared_links.find_end_of_right(maker, change_set, at=now)
        )
        for link in links:
            end = _find_end(link, now) or find_end_of_right(link.made_by)
            yield LinkRow(
                for_whom=link.for_whom,
                made=f"{person(link.made_by)}, {exact_moment(link.made_at)}",
                end=end or exact_moment(link.expires_at),
                uses=_uses(link),
                looks=tuple(
                    f"{exact_moment(use.at)}: {use.path}, from {use.network or 'an unknown network'}"
                    for use in looks.get(link.pk, ())
                ),
                revoke_url=self.page_url("revoke", change_set.pk, link.pk)
                if not end and may_revoke
                else "",
            )

    def share_view(self, request, pk):
        """Make a link and show its address, which cannot be looked up again."""
        change_set = get_object_or_404(ChangeSet, pk=pk)
        page = change_set.get_absolute_url()
        may_see = self.has_view_permission(request, change_set)
        if may_see and not change_set.is_to_come(timezone.now()):
            return self.leave(request, page, sharing.explain_end(change_set), messages.ERROR)
        _require_share(request, change_set)
        form = PreviewLinkForm(request.POST)
        if form.is_valid():
            with refusals_shown_in(form):
                link, token = sharing.share(
                    change_set=change_set, by=request.user, at=timezone.now(), **form.cleaned_data
                )
                return self._show_made(request, link, token)
        keep_typed(request, f"link_{pk}", posted_text(request, "for_whom"))
        return self.leave(request, page, _errors_of(form), messages.ERROR)

    def _show_made(self, request, link, token):
        address = reverse("directorates:shared-preview", args=[token])
        return self.show_page(
            request,
            "preview_link_made",
            title="The link is made",
            change_set=link.change_set,
            link=link,
            end=exact_moment(link.expires_at),
            address=request.build_absolute_uri(address),
        )

    def revoke_view(self, request, pk, link_pk):
        change_set = get_object_or_404(ChangeSet, pk=pk)
        _require_share(request, change_set)
        link = get_object_or_404(PreviewLink, pk=link_pk, change_set=change_set)
        sharing.revoke(link=link, by=request.user, at=timezone.now())
        message = f"The link for {link.for_whom} is revoked."
        return self.leave(request, change_set.get_absolute_url(), message)


def _require_share(request, change_set):
    answer = permissions.may_share(request.user, change_set, at=timezone.now())
    if not answer:
        raise PermissionDenied(answer.refusal)


def _find_end(link, now):
    if link.revoked_at is not None:
        return f"Revoked by {person(link.revoked_by)}, {exact_moment(link.revoked_at)}"
    return link.find_end(now)


def _uses(link):
    if not link.times:
        return "Never"
    times = "Once" if link.times == 1 else f"{link.times} times"
    return f"{times}, last on {exact_moment(link.last_at)}"


def _errors_of(form):
    return " ".join(
        f"{form[name].label}: {message}" if name in form.fields else message
        for name, messages in form.errors.items()
        for message in messages
    )


def _empty_form(request, change_set):
    """Return an empty form, or after a refusal a form with the typed name."""
    return PreviewLinkForm(initial={"for_whom": take_typed(request, f"link_{change_set.pk}")})
