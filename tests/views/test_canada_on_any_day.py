"""The history of thirty real organizations, read on the days that its notes name."""

import re

import pytest

from tests.actions.test_real_organizations import DATA
from tests.factories import loaded
from tests.kept_rows import kept

MERGED_INTO_ATSSC = [
    "registry-of-the-competition-tribunal",
    "canadian-international-trade-tribunal",
    "canadian-human-rights-tribunal",
    "registry-of-the-specific-claims-tribunal",
    "registry-of-the-public-servants-disclosure-protection-tribunal",
    "canada-industrial-relations-board",
    "public-service-labour-relations-board",
    "public-service-staffing-tribunal",
]
#: The last day of the old name, the first of the new one, and each address.
RENAMED = [
    (
        ("2018-12-12", "Status of Women Canada", "/directorates/status-of-women-canada/"),
        ("2018-12-13", "Women and Gender Equality Canada", "/directorates/women-and-gender-equality-canada/"),
    ),
    (
        ("2019-08-27", "National Energy Board", "/offices/national-energy-board/"),
        ("2019-08-28", "Canada Energy Regulator", "/offices/canada-energy-regulator/"),
    ),
    (
        ("2019-08-27", "Canadian Environmental Assessment Agency", "/offices/canadian-environmental-assessment-agency/"),
        ("2019-08-28", "Impact Assessment Agency of Canada", "/offices/impact-assessment-agency-of-canada/"),
    ),
    (
        ("2019-07-11", "Security Intelligence Review Committee", "/offices/sirc/"),
        ("2019-07-12", "National Security and Intelligence Review Agency Secretariat", "/offices/national-security-and-intelligence-review-agency-secretariat/"),
    ),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _canada(db):
    load_canada()


@kept
def load_canada():
    loaded((DATA / "canada-34-en.toml").read_text(encoding="utf-8"))


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    main = response.content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize(("before", "after"), RENAMED)
def test_a_renamed_body_has_the_name_of_the_day(client, before, after):
    for day, name, address in (before, after):
        assert name in text_of(client, f"{address}?on={day}")
    (last_day, old, _), (_, new, present) = before, after
    assert f"Formerly {old}" in text_of(client, present)
    assert old in text_of(client, f"/structure/?on={last_day}")
    assert new not in text_of(client, f"/structure/?on={last_day}")


@pytest.mark.parametrize("slug", MERGED_INTO_ATSSC)
def test_each_of_eight_tribunals_is_open_until_the_merger(client, slug):
    page = text_of(client, f"/offices/{slug}/?on=2014-10-31")
    assert "closed" not in page.partition("What changed")[0].casefold()
    assert "Administrative Tribunals Support Service of Canada" in text_of(
        client, f"/offices/{slug}/"
    )


def test_the_body_that_took_over_eight_names_them_all(client):
    page = text_of(client, "/offices/administrative-tribunals-support-service-of-canada/")
    for name in ("Canadian Human Rights Tribunal", "Public Service Staffing Tribunal"):
        assert name in page
    assert (
        client.get(
            "/offices/administrative-tribunals-support-service-of-canada/?on=2014-10-31"
        ).status_code
        == 404
    )


def test_an_office_that_moved_out_of_a_department_is_below_it_until_then(client):
    address = "/offices/fednor-initiative/?on=2021-08-11"
    assert "Innovation, Science and Economic Development Canada" in text_of(client, address)
    present = text_of(
        client, "/offices/federal-economic-development-agency-for-northern-ontario/?on=2021-08-12"
    )
    assert "Moved" in text_of(
        client, "/offices/federal-economic-development-agency-for-northern-ontario/"
    )
    assert "Government of Canada" in present


def test_bodies_without_a_successor_are_in_the_structure_until_they_close(client):
    for name, last_day, next_day in (
        ("Assisted Human Reproduction Agency of Canada", "2012-09-29", "2012-09-30"),
        ("PPP Canada Inc.", "2018-03-30", "2018-03-31"),
        ("Ridley Terminals Inc.", "2019-12-19", "2019-12-20"),
    ):
        assert name in text_of(client, f"/structure/?on={last_day}")
        assert name not in text_of(client, f"/structure/?on={next_day}")


def test_the_changes_of_the_month_of_the_merger_are_together(client):
    page = text_of(client, "/changes/")
    month = page.partition("November 2014")[2].partition("June 2014")[0]
    assert month.count("Administrative Tribunals Support Service of Canada") >= 9
