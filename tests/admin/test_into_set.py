"""A unit whose text would contradict a set is taken into the set by saving its form."""

from django.urls import reverse

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.admin.pages import form_data, url
from tests.factories import (
    NOON,
    changed,
    make_unit,
    make_user,
    published,
    published_agency,
)


def test_a_save_puts_the_record_into_the_set_and_returns_to_it(client, db):
    published_agency()
    first, second = published(make_unit()), published(make_unit())
    user = make_user()
    change_set = reviewing.create(
        title="A set", records=[changed(first, name="Another")], by=user, at=NOON
    )
    client.force_login(user)
    address = f"{url('office_change', second.pk)}?into={change_set.pk}"

    done = client.post(address, form_data(client.get(address), phone="202-555-0111"))

    assert done.url == reverse("admin:directorates_changeset_change", args=[change_set.pk])
    assert Unit.objects.get(pk=second.pk).change_set == change_set
