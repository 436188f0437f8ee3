import pytest

from directorates.models import REQUIRED_LINK_TEXTS, Generation, SiteLink, SiteSettings
from tests.admin.pages import form_data, url, words_of
from tests.factories import loaded, make_user

pytestmark = pytest.mark.django_db

FORMSET = {
    "links-TOTAL_FORMS": "0",
    "links-INITIAL_FORMS": "0",
    "links-MIN_NUM_FORMS": "0",
    "links-MAX_NUM_FORMS": "1000",
}


def saved(client):
    client.post(url("sitesettings_add"), form_data(client.get(url("sitesettings_add"))))
    return SiteSettings.objects.get()


def settings_data(client, **changes):
    """Return the data that a browser posts, links included."""
    response = client.get(url("sitesettings_change", 1))
    data = form_data(response)
    [inline] = response.context["inline_admin_formsets"]
    formset = inline.formset
    data |= {f"links-{name}": str(value) for name, value in formset.management_form.initial.items()}
    for form in formset.forms:
        for bound in form:
            if bound.name != "DELETE" and bound.value() is not None:
                data[bound.html_name] = str(getattr(bound.value(), "pk", bound.value()))
    return data | changes


def test_the_list_leads_to_the_one_record(client, editor):
    address = url("sitesettings_changelist")
    assert client.get(address).headers["Location"] == url("sitesettings_add")
    saved(client)
    assert client.get(address).headers["Location"] == url("sitesettings_change", 1)


def test_there_is_one_record_and_it_stays(client, editor):
    saved(client)

    assert client.get(url("sitesettings_add")).status_code == 403
    assert client.post(url("sitesettings_delete", 1), {"post": "yes"}).status_code == 403


def test_the_first_save_makes_the_links_that_rules_ask_for(client, editor):
    settings = saved(client)

    assert {link.text for link in settings.links.all()} == set(REQUIRED_LINK_TEXTS)


def test_the_form_says_what_is_missing(client, editor):
    saved(client)

    page = words_of(client.get(url("sitesettings_change", 1)))

    assert "The link “FOIA” has no address" in page
    assert "No contact is set" in page


def test_the_form_keeps_a_language_that_only_a_file_names(client, editor):
    saved(client)
    loaded('format = 1\n[site]\nsite_name = "Example.gov"\nlanguage = "fr-CA"\n')
    data = settings_data(client, heading="Qui nous sommes")
    assert client.post(url("sitesettings_change", 1), data).status_code == 302
    settings = SiteSettings.objects.get()
    assert (settings.language, settings.heading) == ("fr-ca", "Qui nous sommes")


def test_what_is_saved_takes_effect_at_once(client, editor):
    saved(client)
    generation = Generation.objects.current()
    index = list(REQUIRED_LINK_TEXTS).index("FOIA")

    response = client.post(
        url("sitesettings_change", 1),
        settings_data(
            client,
            contact_email="help@example.gov",
            **{f"links-{index}-url": "https://example.gov/foia"},
        ),
    )

    assert response.status_code == 302
    assert Generation.objects.current() == generation + 1
    page = words_of(client.get(url("sitesettings_change", 1)))
    assert "FOIA” has no address" not in page
    assert "No contact is set" not in page


def test_a_required_link_that_is_deleted_comes_back_without_its_address(client, editor):
    saved(client)
    client.post(url("sitesettings_change", 1), settings_data(client, **{"links-0-DELETE": "on"}))

    assert set(SiteLink.objects.values_list("text", flat=True)) == set(REQUIRED_LINK_TEXTS)


def test_staff_without_the_permission_change_no_settings(client, editor):
    saved(client)
    client.force_login(make_user(permissions=[]))

    assert client.post(url("sitesettings_change", 1), FORMSET).status_code == 403


def test_settings_that_someone_else_saved_are_not_overwritten_unseen(admin_client):
    saved(admin_client)
    address = url("sitesettings_change", 1)
    opened = settings_data(admin_client)
    SiteSettings.objects.update(heading="Theirs")

    response = admin_client.post(address, opened | {"heading": "Mine"})

    assert SiteSettings.objects.load().heading == "Theirs"
    [conflict] = response.context["adminform"].form.other_save.conflicts
    assert (conflict.difference.before, conflict.difference.after) == (("Theirs",), ("Mine",))
    again = opened | form_data(response) | {"shown_version": conflict_version(response)}
    assert again["heading"] == "Mine"
    assert admin_client.post(address, again).status_code == 200
    admin_client.post(address, again | {conflict.input_name: "mine"})
    assert SiteSettings.objects.load().heading == "Mine"


def conflict_version(response):
    return response.context["adminform"].form.other_save.version


# Without the U.S. federal web rules


def of_a_city(client, **changes):
    """Switch the federal rules off. Browsers do not send an empty box."""
    data = settings_data(client, **changes)
    del data["follows_us_federal_rules"]
    return client.post(url("sitesettings_change", 1), data)


def test_a_city_is_asked_for_nothing_that_is_federal(client, editor):
    saved(client)
    of_a_city(client)
    assert "Still missing" not in words_of(client.get(url("sitesettings_change", 1)))


def test_federal_links_without_an_address_go_with_the_rules_and_stay_away(client, editor):
    saved(client)
    index = list(REQUIRED_LINK_TEXTS).index("Accessibility")
    of_a_city(client, **{f"links-{index}-url": "https://city.example/accessibility"})
    assert [link.text for link in SiteLink.objects.all()] == ["Accessibility"]

    data = settings_data(client, **{"links-0-DELETE": "on"})
    client.post(url("sitesettings_change", 1), data)
    assert not SiteLink.objects.exists()
    assert SiteSettings.objects.load().follows_us_federal_rules is False


def test_the_links_come_back_with_the_rules(client, editor):
    saved(client)
    of_a_city(client)
    client.post(url("sitesettings_change", 1), settings_data(client, follows_us_federal_rules="on"))
    assert set(SiteLink.objects.values_list("text", flat=True)) == set(REQUIRED_LINK_TEXTS)


def test_a_required_link_is_there_in_whatever_letters(client, editor):
    settings = saved(client)
    settings.links.filter(text="About us").update(text="About Us", url="/about/")
    page = words_of(client.get(url("sitesettings_change", 1)))
    assert "About us” has no address" not in page
    assert "FOIA” has no address" in page
