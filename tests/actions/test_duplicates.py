"""Two people make the same record at once: the second gets a message, and nothing is written twice."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from directorates.actions import responsibilities
from directorates.actions.accounts import accounts
from directorates.actions.duplicates import AlreadyThereError, refusing_duplicates
from directorates.actions.publishing import drafting
from directorates.models import AuditEntry, Figure, Responsibility, Unit
from tests.admin.pages import form_data, url
from tests.factories import (
    make_figure,
    make_unit,
    make_user,
    published_agency,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return published_agency()


def second(kind, agency):
    """Return a function that saves a second record with the same name."""
    now = timezone.now()
    if kind == "unit":
        same = Unit(identifier=agency.identifier, kind="office", name="A", slug="a", parent=agency)
        return lambda: drafting.save(record=same, relations={}, by=None, at=now)
    if kind == "figure":
        known = make_figure(unit=agency)
        same = Figure(identifier=known.identifier, unit=agency, value=1)
        return lambda: drafting.save(record=same, relations={}, by=None, at=now)
    if kind == "responsibility":
        Responsibility.objects.create(phrase="Passports")
        same = Responsibility(phrase="Passports")
        return lambda: responsibilities.save(responsibility=same, by=None, at=now)
    model, name = {"group": (Group, "name"), "user": (get_user_model(), "username")}[kind]
    model.objects.create(**{name: "Same"})
    same = model(**{name: "Same"})
    return lambda: accounts.save(account=same, relations={}, by=None, at=now)


@pytest.mark.parametrize("kind", ["unit", "figure", "responsibility", "group", "user"])
def test_the_second_of_two_is_refused_in_words_and_leaves_nothing(agency, kind):
    save = second(kind, agency)
    entries = AuditEntry.objects.count()
    with pytest.raises(AlreadyThereError, match="exists already: someone else"):
        save()
    assert AuditEntry.objects.count() == entries


def test_another_fault_of_the_data_stays_one(agency):
    with pytest.raises(IntegrityError), transaction.atomic(), refusing_duplicates(agency):
        Unit.objects.create(kind=None, name="A", slug="a")


def test_the_form_of_the_second_says_it_at_the_field_and_keeps_the_text(client, monkeypatch):
    """The first row exists when the database refuses the second."""
    client.force_login(make_user(is_superuser=True))
    address = url("responsibility_add")
    data = form_data(client.get(address)) | {"phrase": "Passports", "synonyms": "travel"}
    Responsibility.objects.create(phrase="Passports")
    check = Responsibility.validate_unique

    def not_there_yet(self, *args, **kwargs):
        monkeypatch.setattr(Responsibility, "validate_unique", check)

    monkeypatch.setattr(Responsibility, "validate_unique", not_there_yet)
    response = client.post(address, data)
    assert response.status_code == 200
    assert "phrase" in response.context["adminform"].form.errors
    assert ">\ntravel</textarea>" in response.text


def test_the_second_of_two_new_units_reads_so_and_may_still_be_saved(client, agency, monkeypatch):
    client.force_login(make_user(is_superuser=True))
    known = make_unit(name="Passports", slug="passports")
    free = Unit._free_identifier

    def taken_meanwhile(self):
        monkeypatch.setattr(Unit, "_free_identifier", free)
        return known.identifier

    monkeypatch.setattr(Unit, "_free_identifier", taken_meanwhile)
    address = url("office_add")
    data = form_data(client.get(address))
    data |= {"name": "Passports", "slug": "passports", "parent": agency.pk, "summary": "Words."}
    response = client.post(address, data)
    assert response.status_code == 200
    assert "exists already: someone else" in str(response.context["adminform"].form.errors["slug"])
    assert "Words." in response.text
    assert Unit.objects.filter(slug="passports").count() == 1
    assert client.post(address, data).status_code == 302
