import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from directorates.actions import sharing
from directorates.actions.reviewing import reviewing
from directorates.models import PreviewLink
from tests.admin.pages import url, words_of
from tests.factories import (
    DAY,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

pytestmark = pytest.mark.django_db


def member_of(role, **fields):
    user = make_user(role=role, **fields)
    return user


@pytest.fixture
def writer(client):
    user = member_of("Editor", first_name="Edith", last_name="Editor")
    client.force_login(user)
    return user


@pytest.fixture
def change_set(writer):
    published_agency()
    draft = changed(published(make_unit(name="Before")), name="After")
    return reviewing.create(title="A new name", records=[draft], by=writer, at=timezone.now())


def share(change_set, **changes):
    return sharing.share(
        **{
            "change_set": change_set,
            "for_whom": "Counsel",
            "days": 7,
            "by": change_set.author,
            "at": timezone.now(),
        }
        | changes
    )


def make(client, change_set, follow=True, **changes):
    data = {"for_whom": "Counsel", "days": "3"} | changes
    return client.post(url("changeset_share", change_set.pk), data, follow=follow)


def revoke(client, link):
    return client.post(url("changeset_revoke", link.change_set_id, link.pk), follow=True)


def test_a_link_is_made_and_its_address_shown_once(client, change_set):
    page = client.get(change_set.get_absolute_url()).content.decode()
    assert page.count(f'action="{url("changeset_share", change_set.pk)}"') == 1
    response = make(client, change_set)
    (address,) = re.findall(
        r'value="http://testserver(/shared/[^"]+)" readonly', response.content.decode()
    )
    client.logout()
    assert client.get(unescape(address)).status_code == 200
    client.force_login(change_set.author)
    response = client.get(change_set.get_absolute_url())
    assert "/shared/" not in response.content.decode()
    assert "Counsel Edith Editor" in words_of(response)


def test_a_link_ends_after_the_chosen_days(client, change_set):
    make(client, change_set, days="14")
    link = PreviewLink.objects.get()
    assert link.expires_at - link.made_at == 14 * DAY


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"for_whom": " "}, "For whom: This field is required"),
        ({"for_whom": "x" * 200}, "at most 120 characters"),
        ({"days": "3650"}, "Ends after: Select a valid choice"),
    ],
)
def test_a_faulty_form_makes_no_link_and_says_why(client, change_set, fault, words):
    assert words in words_of(make(client, change_set, **fault))
    assert not PreviewLink.objects.exists()


def test_a_link_is_revoked(client, change_set):
    link, token = share(change_set)
    assert "The link for Counsel is revoked" in words_of(revoke(client, link))
    words = words_of(client.get(change_set.get_absolute_url()))
    assert "Revoked by Edith Editor" in words
    assert "Revoke the link" not in words
    assert client.get(reverse("directorates:shared-preview", args=[token])).status_code == 404


def test_a_link_is_revoked_only_at_its_own_change_set(client, change_set, writer):
    link, _ = share(change_set)
    other = reviewing.create(title="Other", by=writer, at=timezone.now())
    assert client.post(url("changeset_revoke", other.pk, link.pk)).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_uses_are_counted_and_the_latest_written_out(client, change_set):
    _, token = share(change_set)
    assert "Never" in words_of(client.get(change_set.get_absolute_url()))
    address = reverse("directorates:shared-preview", args=[token])
    for path in ("", "about/"):
        client.get(address + path, REMOTE_ADDR="203.0.113.77")
    words = words_of(client.get(change_set.get_absolute_url()))
    assert "2 times, last on" in words
    assert "/about/, from 203.0.113.0/24" in words
    assert "203.0.113.77" not in words


@pytest.mark.parametrize(("role", "status"), [("Reviewer", 200), ("Administrator", 403)])
def test_who_may_change_or_approve_a_set_makes_links(client, change_set, role, status):
    client.force_login(member_of(role))
    page = client.get(change_set.get_absolute_url()).content.decode()
    assert (url("changeset_share", change_set.pk) in page) is (status == 200)
    assert make(client, change_set).status_code == status
    link, _ = share(change_set)
    assert revoke(client, link).status_code == status
    link.refresh_from_db()
    assert (link.revoked_at is not None) is (status == 200)


def test_looking_makes_and_revokes_nothing(client, change_set):
    link, _ = share(change_set)
    assert client.get(url("changeset_share", change_set.pk)).status_code == 405
    assert client.get(url("changeset_revoke", change_set.pk, link.pk)).status_code == 405
    link.refresh_from_db()
    assert (PreviewLink.objects.count(), link.revoked_at) == (1, None)


def test_a_set_that_was_discarded_meanwhile_says_so_on_its_page(client, change_set, writer):
    reviewing.discard(change_set=change_set, by=writer, at=timezone.now())
    assert "is discarded and changes nothing later" in words_of(make(client, change_set))
    assert PreviewLink.objects.count() == 0


def test_no_link_is_offered_to_what_is_in_force(client, change_set, settings):
    settings.AUTHORS_MAY_APPROVE = True
    share(change_set)
    reviewing.submit(change_set=change_set, by=None, at=timezone.now())
    reviewing.approve(change_set=change_set, by=None, at=timezone.now())
    response = client.get(change_set.get_absolute_url())
    assert "Ended: the change is in force" in words_of(response)
    assert url("changeset_share", change_set.pk) not in response.content.decode()
    assert "nothing to show" in words_of(make(client, change_set))
    assert PreviewLink.objects.count() == 1


def test_the_page_takes_the_same_queries_for_one_link_and_for_many(
    client, change_set, django_assert_max_num_queries
):
    def look():
        with django_assert_max_num_queries(80) as queries:
            client.get(change_set.get_absolute_url())
        return len(queries)

    def used_link():
        link, _ = share(change_set)
        sharing.note_use(link=link, path="/", network="", at=timezone.now())

    used_link()
    look()
    few = look()
    for _ in range(8):
        used_link()
    assert look() == few


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"is_active": False}, "is not an active staff account"),
        ({"is_staff": False}, "is not an active staff account"),
        ({"groups": []}, "This needs the permission to change or to approve change sets"),
        ({"user_permissions": []}, "do not cover the whole change set: “After”"),
    ],
)
def test_the_page_says_that_a_link_ended_with_the_right_of_its_maker(
    client, change_set, writer, change, words
):
    share(change_set)
    for name, value in change.items():
        relation = getattr(writer, name)
        relation.set(value) if isinstance(value, list) else setattr(writer, name, value)
    writer.save()
    client.force_login(member_of("Reviewer"))
    page = words_of(client.get(change_set.get_absolute_url()))
    assert "Ended, because its maker lost the right to it" in page
    assert words in page
    assert "Revoke the link" not in page


def test_an_author_makes_no_link_to_what_is_not_their_own(client, change_set, writer):
    writer.user_permissions.clear()
    response = client.get(change_set.get_absolute_url())
    assert url("changeset_share", change_set.pk) not in response.content.decode()
    assert "do not cover the whole change set: “After”" in words_of(make(client, change_set))
    assert not PreviewLink.objects.exists()
