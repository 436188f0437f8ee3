"""Two people save one record. No text of either is lost without a choice."""

import pytest
from django.utils import timezone

from directorates.actions.reviewing import reviewing
from directorates.admin.wording import exact_moment
from directorates.models import ChangeSet, SiteSettings, Unit
from directorates.rules.local_time import day_of
from tests.admin.pages import url, words_of
from tests.factories import (
    DAY,
    changed,
    make_responsibility,
    make_unit,
    make_user,
    published,
    published_agency,
)
from tests.html_forms import read_forms

pytestmark = pytest.mark.django_db

TEXT = "<p>One stands here.</p><p>Two stands here.</p><p>Three stands here.</p>"


@pytest.fixture
def office(editor):
    published_agency()
    return published(make_unit(name="As it was", overview=TEXT, acronym="OLD"))


class Page:
    """A form as in a browser, sent with all its fields."""

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

    shown = words_of(page.save(overview=TEXT.replace("Three stands", "Three lies")))
    assert "Ana Ruiz saved this record" in shown
    assert "now in it too: “Overview”" in shown
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


class SetPage(Page):
    """The form of a change set with two renamed offices, opened before another person saves the set."""

    def __init__(self, client):
        published_agency()
        offices = [make_unit(name=name) for name in ("First", "Second", "Third")]
        published(*offices)
        self.offices = [changed(office, name=f"{office.name} renamed") for office in offices]
        self.change_set = reviewing.create(
            title="As it was", records=self.offices[:2], by=None, at=timezone.now()
        )
        super().__init__(client, address=self.change_set.get_absolute_url())

    def save_theirs(self, **fields):
        theirs = ChangeSet.objects.get()
        for name, value in fields.items():
            setattr(theirs, name, value)
        reviewing.save(change_set=theirs, by=None, at=timezone.now())

    def saved(self):
        return ChangeSet.objects.get()

    def held(self):
        return set(self.change_set.units.values_list("pk", flat=True))


@pytest.fixture
def set_page(client):
    client.force_login(make_user(role="Editor"))
    return SetPage(client)


def test_a_change_set_keeps_what_someone_else_saved_in_another_field(set_page):
    set_page.save_theirs(reason="Theirs")
    shown = words_of(set_page.save(title="Mine"))
    assert "saved or changed this change set" in shown
    assert "now in it too: “Reason”" in shown
    assert set_page.choices() == []
    assert set_page.save().status_code == 302
    saved = set_page.saved()
    assert (saved.title, saved.reason) == ("Mine", "Theirs")


@pytest.mark.parametrize(("choice", "becomes"), [("theirs", "Theirs"), ("mine", "Mine")])
def test_what_both_wrote_into_a_change_set_is_chosen(set_page, choice, becomes):
    set_page.save_theirs(title="Theirs")
    set_page.save(title="Mine")
    assert set_page.saved().title == "Theirs"
    [name] = set_page.choices()
    assert "Nothing is saved yet" in words_of(set_page.save())
    assert set_page.save(**{name: choice}).status_code == 302
    assert set_page.saved().title == becomes


@pytest.mark.parametrize("choice", ["theirs", "mine"])
@pytest.mark.parametrize("days", [(30, 40), (30, None), (None, 40)])
def test_the_moment_that_both_chose_for_a_change_set_is_chosen(set_page, days, choice):
    with timezone.override("America/New_York"):
        noon = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    set_page.save_theirs(effective_from=noon + 20 * DAY)
    set_page.read(set_page.client.get(set_page.address))
    theirs, mine = (day and noon + day * DAY for day in days)
    set_page.save_theirs(effective_from=theirs)
    day, clock = (str(day_of(mine, "America/New_York")), "12:00") if mine else ("", "")
    words = words_of(set_page.save(effective_from_0=day, effective_from_1=clock))
    assert "Takes effect: what stays?" in words
    with timezone.override("America/New_York"):
        assert all(exact_moment(instant) in words for instant in (theirs, mine) if instant)
    [name] = set_page.choices()
    assert set_page.save(**{name: choice}).status_code == 302
    assert set_page.saved().effective_from == (theirs if choice == "theirs" else mine)


def test_a_moment_that_someone_else_chose_is_taken(set_page):
    theirs = (timezone.now() + 30 * DAY).replace(microsecond=0)
    set_page.save_theirs(effective_from=theirs)
    assert "now in it too: “Takes effect”" in words_of(set_page.save(title="Mine"))
    assert set_page.save().status_code == 302
    assert set_page.saved().effective_from == theirs


def test_a_record_that_someone_else_put_into_a_change_set_stays_in_it(set_page):
    first, second, third = (office.pk for office in set_page.offices)
    reviewing.add(
        change_set=set_page.change_set,
        records=[set_page.offices[2]],
        by=None,
        at=timezone.now(),
    )
    shown = words_of(set_page.save(title="Mine", units=[str(first)]))
    assert "now in it too: “Units”" in shown
    assert set_page.held() == {first, second, third}
    assert set_page.save().status_code == 302
    assert set_page.held() == {first, third}


def test_a_record_that_someone_else_took_out_of_a_change_set_stays_out(set_page):
    first, second, third = (office.pk for office in set_page.offices)
    reviewing.remove(
        change_set=set_page.change_set, record=set_page.offices[0], by=None, at=timezone.now()
    )
    set_page.save(units=[str(first), str(second), str(third)])
    assert set_page.held() == {second}
    assert set_page.save().status_code == 302
    assert set_page.held() == {second, third}


def test_a_client_that_does_not_choose_overwrites_nothing_of_a_change_set(set_page):
    first = set_page.offices[0].pk
    typed = {"title": "Mine", "units": str(first), "opened_version": "1"}
    set_page.save_theirs(title="Theirs")
    assert "Units: what stays?" in words_of(set_page.client.post(set_page.address, typed))
    assert set_page.saved().title == "Theirs"
    assert len(set_page.held()) == 2
