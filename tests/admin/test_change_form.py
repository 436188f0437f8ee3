"""The message above a form that was not saved."""

import re
from pathlib import Path

import django.contrib.admin
import pytest
from django.utils import timezone

from directorates.actions import site_settings
from directorates.actions.reviewing import reviewing
from directorates.models import SiteSettings
from tests.admin.pages import form_data, url, words_of
from tests.factories import changed, make_unit, make_user, published, published_agency

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
STOCK = Path(django.contrib.admin.__file__).parent / "templates/admin/change_form.html"

ACCUSES = "1 field needs a look"
TELLS = "Nothing was saved yet."


@pytest.fixture
def root(client):
    user = make_user(is_superuser=True, username="root")
    client.force_login(user)
    return user


@pytest.fixture
def agency():
    return published_agency()


def of_a_unit(agency):
    unit = published(make_unit())
    yield url("office_change", unit.pk)
    changed(unit, phone="202-555-0100")


def of_a_set(agency):
    change_set = reviewing.create(title="A set", records=[make_unit()], by=None, at=timezone.now())
    yield change_set.get_absolute_url()
    reviewing.save(change_set=change_set, by=None, at=timezone.now())


def of_the_settings(agency):
    settings, _ = SiteSettings.objects.get_or_create(pk=1)
    yield url("sitesettings_change", 1)
    settings.site_name = "Theirs"
    site_settings.save(settings=settings, links=[], removed_links=[], by=None, at=timezone.now())


@pytest.mark.parametrize("meet", [of_a_unit, of_a_set, of_the_settings])
def test_who_made_no_error_is_not_told_to_correct_one(client, root, agency, meet):
    meeting = meet(agency)
    address = next(meeting)
    page = client.get(address)
    data = form_data(page)
    for formset in page.context["inline_admin_formsets"]:
        data |= {f"{formset.formset.prefix}-{n}_FORMS": "0" for n in ("TOTAL", "INITIAL")}
    next(meeting, None)

    words = words_of(client.post(address, data))

    assert TELLS in words
    assert "Nothing was overwritten" in words
    assert ACCUSES not in words


def test_who_left_a_field_empty_is_told_to_correct_it(client, root, agency):
    address = url("office_change", published(make_unit()).pk)
    words = words_of(client.post(address, form_data(client.get(address), name="")))
    assert ACCUSES in words
    assert TELLS not in words


def test_each_error_is_a_link_to_its_field(client, root, agency):
    address = url("office_change", published(make_unit()).pk)
    response = client.post(address, form_data(client.get(address), name="", email="press.office"))

    summary = re.search(r'<div class="errornote.*?</div>', response.content.decode(), re.DOTALL)[0]

    assert "2 fields need a look" in summary
    assert re.findall(r'href="#(\w+)"', summary) == ["id_name", "id_email"]
    sections = {section.name: section for section in response.context["sections"]}
    assert sections["Contact"].errors == 1
    assert sections["Contact"].is_open
    assert not sections["Head"].is_open


def test_the_form_is_the_stock_one_but_for_its_summary_and_what_stands_beside_it():
    """This test notices a changed template in a release of Django."""
    own = (ROOT / "templates/admin/change_form.html").read_text(encoding="utf-8")
    stock = STOCK.read_text(encoding="utf-8")
    content = re.search(r"{% block content %}.*", stock, re.DOTALL)[0]
    own = re.search(r"{% block content %}.*", own, re.DOTALL)[0]
    heading = r"{% if errors %}.*?{% endif %}\n\n{% block field_sets %}"
    own = own.replace("{% block beside_form %}{% endblock %}", "")
    assert (
        re.sub(heading, "", content, count=1, flags=re.DOTALL).strip()
        == re.sub(heading, "", own, count=1, flags=re.DOTALL).strip()
    )


def test_the_closing_of_an_open_unit_is_empty(client, root, agency):
    office = published(make_unit())
    sections = client.get(url("office_change", office.pk)).context["sections"]
    assert [one.holds for one in sections if one.name == "Closing"] == ["Empty"]
