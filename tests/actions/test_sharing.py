from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from directorates.actions import sharing
from directorates.actions.refusals import NotAllowedError
from directorates.actions.reviewing import reviewing
from directorates.actions.reviewing.reviewing import ReviewError
from directorates.models import ChangeSet, PreviewLink, PreviewLinkUse
from directorates.queries import permissions, shared_links
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)

HOUR = timedelta(hours=1)


@pytest.fixture
def change_set(db):
    published_agency()
    draft = changed(published(make_unit(name="Before")), name="After")
    return reviewing.create(
        title="A new name", records=[draft], by=None, at=NOON, effective_from=NOON + 2 * DAY
    )


@pytest.fixture
def shared(change_set):
    return share(change_set)


def share(change_set, **changes):
    return sharing.share(
        **{"change_set": change_set, "for_whom": "Counsel", "days": 7, "by": None, "at": NOON}
        | changes
    )


def approved(change_set):
    reviewing.submit(change_set=change_set, by=None, at=NOON)
    reviewing.approve(change_set=change_set, by=make_user(), at=NOON)


def opens(token, at=NOON):
    try:
        return shared_links.find_by_token(token, at=at)
    except PreviewLink.DoesNotExist:
        return None


def test_a_link_opens_with_its_token_until_it_expires(shared):
    link, token = shared
    assert opens(token) == link
    assert opens(token, NOON + 7 * DAY - HOUR) == link
    assert opens(token, NOON + 7 * DAY) is None


def test_the_secret_is_kept_nowhere(shared):
    link, token = shared
    secret = token.rpartition(".")[0].partition("-")[2]
    assert len(secret) >= 32
    row = PreviewLink.objects.filter(pk=link.pk).values().get()
    assert not [value for value in row.values() if secret in str(value)]


def test_a_token_that_was_changed_opens_nothing(shared):
    link, token = shared
    other = "A" if token[5] != "A" else "B"
    assert opens(token[:5] + other + token[6:]) is None
    assert opens(token[:-1]) is None
    assert opens("") is None
    assert opens(link.token("of another secret")) is None


def test_a_token_opens_its_own_link_only(shared, change_set):
    _, token = shared
    second, _ = share(change_set)
    secret = token.rpartition(".")[0].partition("-")[2]
    assert opens(second.token(secret)) is None


def test_a_revoked_link_opens_nothing_and_stays_on_record(shared):
    link, token = shared
    first, second = make_user(), make_user()
    sharing.revoke(link=link, by=first, at=NOON)
    sharing.revoke(link=link, by=second, at=NOON + HOUR)
    link.refresh_from_db()
    assert (link.revoked_by, link.revoked_at) == (first, NOON)
    assert opens(token) is None


def test_a_link_shows_a_scheduled_set_until_it_is_in_force(shared, change_set):
    link, token = shared
    approved(change_set)
    assert opens(token, NOON + 2 * DAY - HOUR) == link
    assert opens(token, NOON + 2 * DAY) is None


def test_a_link_ends_with_a_discarded_set(shared, change_set):
    _, token = shared
    author = make_user()
    ChangeSet.objects.update(author=author)
    reviewing.discard(change_set=change_set, by=author, at=NOON)
    assert opens(token) is None


def test_a_link_ends_with_a_withdrawn_set(shared, change_set):
    _, token = shared
    approved(change_set)
    reviewing.withdraw(change_set=change_set, by=make_user(), at=NOON, comment="Not yet.")
    assert opens(token) is None


@pytest.mark.parametrize("days", [0, -1, 2, 15, 3650])
def test_a_link_lasts_as_long_as_one_of_the_choices(change_set, days):
    with pytest.raises(ReviewError, match="A link lasts 1, 3, 7, 14 days"):
        share(change_set, days=days)
    assert not PreviewLink.objects.exists()


def test_a_link_is_for_somebody(change_set):
    with pytest.raises(ReviewError, match="for whom"):
        share(change_set, for_whom="  ")


def test_no_link_is_made_to_what_is_in_force_already(change_set):
    approved(change_set)
    change_set.refresh_from_db()
    with pytest.raises(ReviewError, match="nothing to show"):
        share(change_set, at=NOON + 3 * DAY)


def test_a_use_is_noted_and_never_changed_or_deleted(shared):
    link, _ = shared
    use = sharing.note_use(link=link, path="/a\0/" + "b" * 999, network="192.0.2.0/24", at=NOON)
    assert use.path.startswith("/a/b")
    assert PreviewLinkUse.objects.get().network == "192.0.2.0/24"
    with pytest.raises(TypeError, match="never edited"):
        use.save()
    with pytest.raises(TypeError, match="never deleted"):
        use.delete()


@pytest.mark.parametrize(
    ("names", "may"),
    [
        (["view_changeset", "change_changeset"], True),
        (["view_changeset", "approve_changeset"], True),
        (["view_changeset"], False),
        (["change_changeset", "approve_changeset"], False),
    ],
)
def test_who_may_change_or_approve_a_set_may_share_it(change_set, names, may):
    user = make_user(permissions=[*names, "work_on_every_unit"])
    assert bool(permissions.may_share(user, change_set, at=NOON)) is may


def test_nobody_shares_what_was_given_up(change_set):
    user = make_user(permissions=["view_changeset", "change_changeset", "work_on_every_unit"])
    change_set.state = "discarded"
    assert not permissions.may_share(user, change_set, at=NOON)


@pytest.fixture
def maker(change_set):
    """A person who rightfully made a link, and works only on the set's unit."""
    unit = change_set.units.get()
    user = make_user(permissions=["view_changeset", "change_changeset"], units=[unit])
    ChangeSet.objects.update(author=user)
    return user


LOSSES = {
    "closed": lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    "no longer staff": lambda user: User.objects.filter(pk=user.pk).update(is_staff=False),
    "permission gone": lambda user: user.user_permissions.clear(),
    "assignment gone": lambda user: user.unit_assignments.all().delete(),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_a_link_ends_with_the_right_of_its_maker(change_set, maker, loss):
    link, token = share(change_set, by=maker)
    assert opens(token) == link
    LOSSES[loss](maker)
    assert opens(token) is None


def test_a_link_ends_when_the_set_takes_in_what_its_maker_does_not_work_on(change_set, maker):
    link, token = share(change_set, by=maker)
    other = changed(published(make_unit(name="Other")), name="Another")
    reviewing.add(change_set=change_set, records=[other], by=None, at=NOON)
    assert opens(token) is None
    reviewing.remove(change_set=change_set, record=other, by=None, at=NOON)
    assert opens(token) == link


def test_a_link_of_an_approved_set_ends_with_the_assignment_too(change_set, maker):
    link, token = share(change_set, by=maker)
    approved(change_set)
    assert opens(token) == link
    maker.unit_assignments.all().delete()
    assert opens(token) is None


def test_making_a_link_takes_the_right_over_every_record(change_set, maker):
    other = changed(published(make_unit(name="Other")), name="Another")
    reviewing.add(change_set=change_set, records=[other], by=None, at=NOON)
    with pytest.raises(NotAllowedError, match="do not cover the whole change set: “Another”"):
        share(change_set, by=maker)
    assert not PreviewLink.objects.exists()


def test_making_a_link_takes_the_right_over_where_a_record_goes(change_set, maker):
    target = published(make_unit(name="Target"))
    changed(change_set.units.get(), parent=target)
    with pytest.raises(NotAllowedError, match="do not cover the whole change set: “Target”"):
        share(change_set, by=maker)


def test_who_may_not_share_makes_no_link(change_set):
    with pytest.raises(NotAllowedError, match="needs the permission"):
        share(change_set, by=make_user(permissions=["view_changeset"]))
    assert not PreviewLink.objects.exists()
