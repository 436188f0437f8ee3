"""On every staff page in Chromium, axe finds nothing and nothing is wider than a small screen."""

import pytest

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.browser.conftest import STAFF_WIDTHS
from tests.browser.test_editor_journey import save, sign_in
from tests.factories import NOON, changed

PATHS = [
    "/admin/",
    "/admin/?q=home",
    "/admin/?state=draft",
    "/admin/?below={ero}",
    "/admin/help/",
    "/admin/calendar/",
    "/admin/calendar/?since=2026-01",
    "/admin/check/",
    "/admin/upkeep/",
    "/admin/search/",
    "/admin/search/?q=homeland",
    "/admin/audit/",
    "/admin/audit/?action=publish&words=office",
    "/admin/audit/?since=1600-01-01",
    "/admin/directorates/agency/",
    "/admin/directorates/directorate/",
    "/admin/directorates/office/add/",
    "/admin/directorates/directorate/{hsi}/change/",
    "/admin/directorates/directorate/{hsi}/publish/",
    "/admin/directorates/directorate/{hsi}/editions/1/",
    "/admin/directorates/directorate/{hsi}/editions/1/?with=in-force",
    "/admin/directorates/directorate/{hsi}/upkeep/",
    "/admin/directorates/directorate/{hsi}/history/",
    "/admin/directorates/office/{opr}/close/",
    "/admin/directorates/unit/order/",
    "/admin/directorates/changeset/",
    "/admin/directorates/changeset/add/",
    "/admin/directorates/changeset/{change_set}/change/",
    "/admin/directorates/changeset/{change_set}/history/",
    "/admin/directorates/figure/",
    "/admin/directorates/figure/add/",
    "/admin/directorates/responsibility/",
    "/admin/directorates/responsibility/add/",
    "/admin/directorates/surveyresponse/",
    "/preview/units/{hsi}/",
    "/preview/overview/{hsi}/",
    "/preview/sets/{change_set}/",
    "/preview/affected/{change_set}/",
    "/preview/at/2100-10-01T09:30/",
    "/preview/at/yesterday/",
]

NOT_FOUND = {"/preview/at/yesterday/"}

#: The pages are looked at in so many tests, which run at the same time.
PARTS = 3


@pytest.fixture
def paths(site):
    """The addresses, with unpublished changes of a unit."""
    ids = dict(Unit.objects.values_list("identifier", "pk"))
    unit = Unit.objects.get(identifier="hsi")
    changed(
        unit,
        name="Homeland Investigations",
        # A changed heading, a moved paragraph, a new link: every mark of the comparison.
        overview=f"<h2>What we do</h2>{unit.overview}<p>See <a href='/about/'>about us</a>.</p>",
        body="<h3>Where</h3><p>All over.</p>",
    )
    draft = changed(Unit.objects.get(identifier="ero"), summary="A draft in a change set.")
    change_set = reviewing.create(title="One set", records=[draft], by=None, at=NOON)
    return [path.format(change_set=change_set.pk, **ids) for path in PATHS]


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_staff_page_and_none_is_too_wide(
    page, site, paths, find_axe_violations, part
):
    def look():
        return find_axe_violations(page, widths=STAFF_WIDTHS, forced_colors=True)

    page.goto(f"{site}/admin/login/")
    found = {"/admin/login/": look()}
    sign_in(page, site)
    for path in paths[part::PARTS]:
        assert page.goto(site + path).status == (404 if path in NOT_FOUND else 200), path
        found[path] = look()
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_axe_finds_nothing_where_two_editors_meet(page, site, find_axe_violations):
    page.set_viewport_size({"width": 320, "height": 800})
    unit = Unit.objects.get(identifier="hsi")
    sign_in(page, site)
    page.goto(f"{site}/admin/directorates/directorate/{unit.pk}/change/")
    changed(unit, summary="The other person describes the work of this unit in one sentence.")
    page.get_by_label("Summary").fill("This person describes the work of this unit in one line.")
    save(page)

    assert page.locator(".other-save ins").count()
    assert find_axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
