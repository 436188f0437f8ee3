import pytest
from django.forms import modelform_factory
from django.utils import timezone

from directorates.actions.importing import importing
from directorates.exchange.agency_file import AgencyFileError, write
from directorates.models import SiteSettings, Unit
from directorates.queries.pages import site_identity, unit_page
from directorates.rules.content import countries, phone_numbers
from tests.factories import NOON, make_agency, published

WASHINGTON = "tel:+1-202-555-0100"


@pytest.mark.parametrize(
    ("country", "typed", "address"),
    [
        ("US", "202-555-0100", WASHINGTON),
        ("US", "(202) 555.0100", WASHINGTON),
        ("US", "+1 202 555 0100", WASHINGTON),
        ("US", "202–555–0100", WASHINGTON),
        ("US", "202−555‑0100", WASHINGTON),
        ("US", "202-555-0100 (toll free)", WASHINGTON),
        ("US", "202-555-0100 toll free", WASHINGTON),
        ("US", "202-555-0100 ext. 12", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100x12", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100, Extension: 12", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100 (ext 12)", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100 #12", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100;ext=12", f"{WASHINGTON};ext=12"),
        ("US", "202-555-0100, option 3", f"{WASHINGTON};ext=3"),
        ("US", "202-555-0100 ext. 12, option 3", f"{WASHINGTON};ext=12"),
        ("CA", "613-996-6886 poste 12", "tel:+1-613-996-6886;ext=12"),
        ("CH", "044 668 18 00 Durchwahl 7", "tel:+41-44-668-18-00;ext=7"),
        ("US", "202-555-0100 ext. 5, 6", WASHINGTON),
        ("US", "202-555-0100 press 2", WASHINGTON),
        ("DE", "030 18305-0 Zentrale", "tel:+49-30-183050"),
        ("DE", "(030) 18 305 0 Zimmer 12", "tel:+49-30-183050"),
        ("DE", "030 18305 App. 12", "tel:+49-30-18305;ext=12"),
        ("AT", "01 53115 Apparat 204", "tel:+43-1-53115;ext=204"),
        ("NZ", "0800 123 456 room 7", "tel:+64-800-123-456"),
        ("JP", "03-1234-5678 内線 12", "tel:+81-3-1234-5678;ext=12"),
        ("JP", "03-1234-5678（内線12）", "tel:+81-3-1234-5678;ext=12"),
        ("US", "1-866-DHS-2-ICE", "tel:+1-866-347-2423"),
        ("US", "1-800-MEDICARE", "tel:+1-800-633-4227"),
        ("US", "1 800 FLOWERS", "tel:+1-800-356-9377"),
        ("US", "311", "tel:311;phone-context=+1"),
        ("US", "TTY: 711", "tel:711;phone-context=+1"),
        ("GB", "111", "tel:111;phone-context=+44"),
        ("GB", "020 7946 0958", "tel:+44-20-7946-0958"),
        ("US", "+41 44 668 18 00", "tel:+41-44-668-18-00"),
        ("US", "011 41 44 668 18 00", "tel:+41-44-668-18-00"),
    ],
)
def test_a_number_is_taken_as_typed_and_linked(country, typed, address):
    assert phone_numbers.find_problem(typed, country) == ""
    assert phone_numbers.link_to(typed, country) == address


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("call us", "“call us” has no digits. Write a number such as (201) 555-0123."),
        ("12", "“12” has too few digits for a number in the United States: 2."),
        ("555-0100", "“555-0100” has no area code."),
        ("202-555-01000", "has too many digits for a number in the United States: 11."),
        ("123-456-7890", "is no number in the United States: its first digits are not in use."),
        ("044 668 18 00", "For another country, begin with + and its code."),
        ("+999 123 456", "begins with no country's code."),
        ("+41 44 668", "has too few digits for a number in Switzerland: 5."),
        ("202-555-0100 or 202-555-0101", "holds more than one number."),
        ("1" * 40, "has 40 digits, more than any number has."),
        ("+", "has no digits"),
        ("1", "has 1 digit, too few for a number"),
        ("2O2-555-0100", "cannot be read as a number. Take out what is no part of it"),
        ("(202) 555-0100, ext 4567 (press 2)", "cannot be read as a number."),
    ],
)
def test_a_refusal_says_what_is_wrong_with_this_number(typed, words):
    problem = phone_numbers.find_problem(typed, "US")
    assert words in problem
    assert typed in problem
    assert phone_numbers.link_to(typed, "US") == ""


@pytest.mark.parametrize(
    ("name", "code"),
    [("Canada", "CA"), ("the Netherlands", "NL"), ("UK", "GB"), ("  united  States ", "US"), ("ch", "CH"), ("Suisse", "CH"), ("Nowhere", ""), ("", "")],
)  # fmt: skip
def test_an_address_names_its_country(name, code):
    assert countries.country_of_name(name) == code


@pytest.mark.parametrize(
    ("zone", "code"),
    [("Europe/London", "GB"), ("America/Toronto", "CA"), ("US/Eastern", "US"), ("UTC", "US")],
)
def test_a_time_zone_has_a_country(zone, code):
    assert countries.country_of_zone(zone) == code


def test_a_system_without_the_tables_reads_numbers_as_american(monkeypatch):
    monkeypatch.setattr(countries, "_rows", lambda name: [])
    for table in (countries._zones, countries._names, countries._codes):
        table.cache_clear()
    try:
        assert countries.country_of_zone("Europe/London") == "US"
        assert countries.name_of("GB") == "GB"
    finally:
        for table in (countries._zones, countries._names, countries._codes):
            table.cache_clear()


# The address's country, or the site's


def phone_errors(**values):
    form = modelform_factory(Unit, fields=["phone", "address_country"])(values)
    return form.errors.get("phone", [])


@pytest.mark.django_db
def test_a_form_reads_a_number_in_the_country_of_the_address_or_of_the_site():
    swiss = "044 668 18 00"
    assert phone_errors(phone=swiss, address_country="Switzerland") == []
    assert len(phone_errors(phone=swiss)) == 1
    with timezone.override("Europe/Zurich"):
        assert phone_errors(phone=f"\u00a0{swiss}\u200b") == []
        assert phone_errors(phone="202-555-0100", address_country="USA") == []


@pytest.mark.django_db
def test_a_file_reads_a_number_in_the_country_of_its_site():
    edition = {"kind": "agency", "name": "A", "phone": "020 7946 0958 ext 5"}
    data = {"units": [{"identifier": "a", "editions": [edition]}]}

    def load():
        importing.load(content=write(data).encode(), file_name="a.toml", by=None, at=NOON)

    with pytest.raises(
        AgencyFileError, match="has too many digits for a number in the United States: 11"
    ):
        load()
    data["site"] = {"site_name": "A", "time_zone": "Europe/London", "contact_phone": "111"}
    load()
    assert Unit.objects.get().phone == "020 7946 0958 ext 5"


@pytest.mark.django_db
def test_pages_show_a_number_as_typed_and_link_it(client):
    SiteSettings.objects.create(pk=1, contact_phone="311")
    agency = published(make_agency(phone="1-866-DHS-2-ICE ext. 4"))
    page = unit_page.get(agency.editions.get(), at=NOON)
    assert (page.phone, page.phone_url) == ("1-866-DHS-2-ICE ext. 4", "tel:+1-866-347-2423;ext=4")
    assert site_identity.get(at=NOON).contact_phone_url == "tel:311;phone-context=+1"
    html = client.get("/about/").content.decode()
    assert '<a href="tel:+1-866-347-2423;ext=4">1-866-DHS-2-ICE ext. 4</a>' in html
    assert '<a href="tel:311;phone-context=+1">311</a>' in html


@pytest.mark.django_db
def test_a_number_that_an_earlier_release_took_is_shown_without_a_link():
    agency = make_agency()
    Unit.objects.update(phone="555-0100")
    agency.refresh_from_db()
    page = unit_page.get(agency, at=NOON)
    assert (page.phone, page.phone_url) == ("555-0100", "")


@pytest.mark.django_db
def test_the_sites_own_number_is_checked_too():
    form = modelform_factory(SiteSettings, fields=["contact_phone", "time_zone"])(
        {"contact_phone": "12", "time_zone": "America/Toronto"}
    )
    assert "too few digits for a number in Canada" in form.errors["contact_phone"][0]
