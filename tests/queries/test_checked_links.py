"""The consistency check of links inside the site: to pages, and to places on them."""

import pytest

from directorates.models import Unit
from directorates.previews import linked_places
from directorates.queries.staff import content_check
from tests.factories import DAY, NOON, changed, published
from tests.sample import load_sample

pytestmark = pytest.mark.django_db

LATER = NOON + 5 * DAY


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("/about/", ""),
        ("/about/#what-it-does", ""),
        ("/about/#top", ""),
        ("/about/#nothing", "The page has no place “#nothing”."),
        ("/About#nothing", "The page has no place “#nothing”."),
        ("/about/?on=2026-01-01#nothing", ""),
        ("/responsibilities/?letter=d#detention", ""),
        ("/responsibilities/?letter=d#attention", "The page has no place “#attention”."),
        ("/#homeland-security-investigations", ""),
        ("/search/#nothing", ""),
        ("/figures/workforce/#history", ""),
        ("/figures/workforce.csv", ""),
        ("/units?kind=office", ""),
        ("/Units/", ""),
        ("/figures/HSI-workforce/", ""),
        ("/figures/hsi/", "No page of this site has this address, and none had it."),
        ("/figures/homeland-security-investigations/", "No page of this site has this address, and none had it."),
        ("/offices/workforce/", "No page of this site has this address, and none had it."),
        ("/offices/homeland-security-investigations/", ""),
    ],
)  # fmt: skip
def test_links_inside_the_site_lead_to_a_page_and_to_a_place_on_it(address, error):
    load_sample()
    text = f'<p>Look at <a href="{address}">the page</a>.</p>'
    unit = published(changed(Unit.objects.get(identifier="hsi"), body=text), at=NOON + DAY)
    found = content_check.check_records([unit], at=LATER, find_ids=linked_places.find_ids).findings
    errors = [
        one.advice.removesuffix(" Correct the address, or take the link away.") for one in found
    ]
    assert errors == [error] * bool(error)


def test_a_page_is_rendered_once_for_all_links_to_its_places():
    load_sample()
    asked = []

    def find_ids(address, *, at):
        asked.append(address)
        return {"units"}

    links = "".join(f'<a href="/about/#place-{number}">x</a> ' for number in range(5))
    unit = changed(Unit.objects.get(identifier="hsi"), body=f"<p>{links}</p>")
    found = content_check.check_records([unit], at=LATER, find_ids=find_ids).findings
    assert (len(found), asked) == (5, ["/about/"])
