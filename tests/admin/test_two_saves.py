"""Two people save one record: nothing that either wrote is lost without a choice."""

import pytest

from directorates.models import SiteSettings, Unit
from tests.admin.pages import url, words_of
from tests.factories import (
    changed,
    make_agency,
    make_responsibility,
    make_unit,
    make_user,
    published,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

TEXT = "<p>One stands here.</p><p>Two stands here.</p><p>Three stands here.</p>"


@pytest.fixture
def office(editor):
    published(make_agency())
    return published(make_unit(name="As it was", overview=TEXT, acronym="OLD"))


class Page:
    """A form as a browser has it: sent with everything that is on it."""

    def __init__(self, client, office=None, address=None):
        self.client, self.address = client, address or url("office_change", office.pk)
        self.read(client.get(self.address))

    def read(self, response):
        self.response = response
        [self.form] = [
            form
            for form in read_forms(response.content.decode(), self.address)
            if {"opened_version", "opened_as"} & set(form.controls)
        ]

    def save(self, **changes):
        response = self.client.post(
            self.address,
            self.form.data(
                **{
                    name: [value] if isinstance(value, str) else value
                    for name, value in changes.items()
                }
            ),
        )
        if response.status_code == 200:
            self.read(response)
        return response

    def choices(self):
        return [name for name in self.form.controls if name.startswith("choice-")]

    def value(self, name):
        return self.form.controls[name].values[0]


def theirs(office, **fields):
    return changed(
        Unit.objects.get(pk=office.pk), by=make_user(first_name="Ana", last_name="Ruiz"), **fields
    )


def test_changes_of_different_passages_are_both_kept(client, office):
    page = Page(client, office)
    theirs(office, overview=TEXT.replace("One stands", "One sits"))

    said = words_of(page.save(overview=TEXT.replace("Three stands", "Three lies")))
    assert "Ana Ruiz saved this record" in said
    assert "now in it too: “Overview”" in said
    assert page.choices() == []
    assert page.save().status_code == 302

    office.refresh_from_db()
    assert office.overview == TEXT.replace("One stands", "One sits").replace(
        "Three stands", "Three lies"
    )


@pytest.mark.parametrize(
    ("before", "in_editor"),
    [
        (
            '<ul><li>One stands here</li><li>Two <a href="/a/">stands</a> here<ol><li>In it</li></ol></li></ul>',
            '<ul><li><p>One stands here</p></li><li><p>Two <a href="/a/">stands</a> here</p><ol><li><p>In it</p></li></ol></li></ul>',
        ),
        (
            "<table><thead><tr><th>One stands here</th></tr></thead>\n<tbody><tr><td>Two stands here</td></tr></tbody></table>",
            "<table><tbody><tr><th><p>One stands here</p></th></tr><tr><td><p>Two stands here</p></td></tr></tbody></table>",
        ),
        (
            '<h2>\n  One stands here\n</h2>\n<p>\n  Two <a href="/a/">stands</a> <a href="/b/">here</a>,\n  In it\n</p>',
            '<h2>One stands here</h2><p>Two <a href="/a/">stands</a> <a href="/b/">here</a>, In it</p>',
        ),
    ],
    ids=["list", "table", "space"],
)
def test_what_the_editor_writes_otherwise_than_a_file_is_no_change(
    client, office, before, in_editor
):
    office = changed(office, overview=before)
    page = Page(client, office)
    theirs(office, overview=in_editor.replace("One", "First"))

    page.save(
        overview=in_editor.replace("here</p></td>", "there</p></td>").replace("In it", "Within")
    )
    assert page.choices() == []
    assert page.save().status_code == 302

    office.refresh_from_db()
    both = in_editor.replace("One", "First").replace("In it", "Within")
    assert office.overview == both.replace("here</p></td>", "there</p></td>")


@pytest.mark.parametrize(
    ("choice", "becomes"),
    [
        ("theirs", "<p>Two sits here.</p>"),
        ("mine", "<p>Two lies here.</p>"),
        ("both", "<p>Two sits here.</p><p>Two lies here.</p>"),
    ],
)
def test_one_passage_that_both_changed_is_chosen(client, office, choice, becomes):
    page = Page(client, office)
    theirs(office, overview=TEXT.replace("Two stands", "Two sits").replace("One", "First"))

    page.save(overview=TEXT.replace("Two stands", "Two lies").replace("Three", "Third"))
    [name] = page.choices()
    assert "Choose what stays" in words_of(page.save())
    assert Unit.objects.get(pk=office.pk).overview.count("sits") == 1
    assert page.save(**{name: choice}).status_code == 302

    office.refresh_from_db()
    assert office.overview == f"<p>First stands here.</p>{becomes}<p>Third stands here.</p>"


@pytest.mark.parametrize(
    "also",
    [{}, {"acronym": "MINE"}, {"phone": "12"}],
    ids=["alone", "beside a change", "beside another"],
)
def test_what_both_changed_is_asked_for_too_where_it_held_an_error_first(client, office, also):
    page = Page(client, office)
    theirs(office, overview=TEXT.replace("Two stands", "Two sits").replace("One", "First"))

    bad = TEXT.replace("Two stands", '<a href="#nowhere">Two</a> lies')
    assert "leads to no place" in words_of(page.save(overview=bad, **also))
    page.save(overview=TEXT.replace("Two stands", "Two lies"), phone="")
    [name] = page.choices()
    assert page.save(**{name: "both"}).status_code == 302

    office.refresh_from_db()
    both = "<p>Two sits here.</p><p>Two lies here.</p>"
    assert office.overview == f"<p>First stands here.</p>{both}<p>Three stands here.</p>"


def test_a_passage_may_be_written_anew_before_it_is_chosen(client, office):
    page = Page(client, office)
    theirs(office, overview=TEXT.replace("Two stands", "Two sits"))
    page.save(overview=TEXT.replace("Two stands", "Two lies"))
    [name] = page.choices()

    page.save(overview=TEXT.replace("Two stands", "Two sits and lies"), **{name: "mine"})

    office.refresh_from_db()
    assert office.overview == TEXT.replace("Two stands", "Two sits and lies")


@pytest.mark.parametrize(("choice", "becomes"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_a_value_that_both_changed_is_chosen(client, office, choice, becomes):
    page = Page(client, office)
    theirs(office, name="Theirs", acronym="NEW")

    page.save(name="Mine")
    assert page.value("acronym") == "NEW"
    [name] = page.choices()
    assert page.save(name="Mine").status_code == 200
    page.save(**{name: choice})

    office.refresh_from_db()
    assert (office.name, office.acronym) == (becomes, "NEW")


def test_what_is_taken_out_again_stays_out(client, office):
    page = Page(client, office)
    theirs(office, overview=f"{TEXT}<p>Added by Ana.</p>")
    page.save(overview=TEXT.replace("One", "First"))
    assert "Added by Ana." in page.value("overview")

    page.save(overview=TEXT.replace("One", "First"))

    office.refresh_from_db()
    assert office.overview == TEXT.replace("One", "First")


def test_a_third_save_meanwhile_is_shown_too(client, office):
    page = Page(client, office)
    theirs(office, overview=TEXT.replace("Two stands", "Two sits"))
    page.save(overview=TEXT.replace("Two stands", "Two lies"))
    [first] = page.choices()
    theirs(office, overview=TEXT.replace("Two stands", "Two flies"))

    assert page.save(**{first: "mine"}).status_code == 200
    [second] = page.choices()
    assert second != first
    page.save(**{second: "both"})

    office.refresh_from_db()
    assert "<p>Two flies here.</p><p>Two lies here.</p>" in office.overview


def test_what_each_put_into_a_list_of_records_is_kept(client, office):
    bonds, kites, toys = map(make_responsibility, ("Bonds", "Kites", "Toys"))
    office.responsibilities.set([bonds])
    page = Page(client, office)
    theirs(office)
    office.responsibilities.add(kites)

    page.save(responsibilities=[str(bonds.pk), str(toys.pk)])
    page.save()

    assert set(office.responsibilities.all()) == {bonds, kites, toys}


def test_a_client_that_does_not_choose_overwrites_nothing(client, office):
    page = Page(client, office)
    theirs(office, name="Theirs")
    data = {
        name: value
        for name, value in page.form.data(name=["Mine"]).items()
        if not name.startswith(("initial-", "shown_"))
    }

    for _ in range(3):
        assert client.post(page.address, data).status_code == 200

    office.refresh_from_db()
    assert office.name == "Theirs"


def test_settings_keep_what_someone_else_saved_in_another_field(admin_client):
    settings = SiteSettings.objects.load()
    settings.save()
    page = Page(admin_client, address=url("sitesettings_change", 1))
    SiteSettings.objects.update(contact_email="new@example.gov", heading="Theirs")

    page.save(heading="Mine")
    [name] = page.choices()
    assert page.value("contact_email") == "new@example.gov"
    assert page.save(**{name: "theirs"}).status_code == 302

    saved = SiteSettings.objects.get()
    assert (saved.heading, saved.contact_email) == ("Theirs", "new@example.gov")
