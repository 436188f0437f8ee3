"""On Django's own staff pages in Chromium, axe finds nothing and nothing is too wide."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from playwright.sync_api import expect

from directorates.models import SiteLink, SiteSettings, Unit, UnitAssignment
from tests.browser.conftest import STAFF_WIDTHS
from tests.browser.test_editor_journey import sign_in
from tests.factories import changed, make_figure, make_responsibility, make_unit, make_user

NOTHING_IS_HERE = "/admin/nothing-is-here/"

PATHS = [
    "/admin/auth/",
    "/admin/directorates/",
    "/admin/auth/user/",
    "/admin/auth/user/?q=nobody-has-this-name",
    "/admin/auth/user/?is_staff__exact=1&is_superuser__exact=0",
    "/admin/auth/user/add/",
    "/admin/auth/user/invite/",
    "/admin/auth/user/{user}/invitation/",
    "/admin/auth/user/{user}/change/",
    "/admin/auth/user/{user}/password/",
    "/admin/auth/user/{user}/delete/",
    "/admin/auth/user/{user}/history/",
    "/admin/auth/group/",
    "/admin/auth/group/?q=nothing",
    "/admin/auth/group/add/",
    "/admin/auth/group/{group}/change/",
    "/admin/auth/group/{group}/delete/",
    "/admin/auth/group/{group}/history/",
    "/admin/password_change/",
    "/admin/roles/",
    "/admin/directorates/directorate/add/",
    "/admin/directorates/office/",
    "/admin/directorates/office/?q=nothing-has-this-name",
    "/admin/directorates/office/?q=of",
    "/admin/directorates/office/{draft}/change/",
    "/admin/directorates/office/{draft}/people/",
    "/admin/directorates/office/{draft}/delete/",
    "/admin/directorates/office/{published}/delete/",
    "/admin/directorates/figure/{figure}/change/",
    "/admin/directorates/figure/{figure}/delete/",
    "/admin/directorates/figure/{figure}/history/",
    "/admin/directorates/figure/?q=nothing",
    "/admin/directorates/responsibility/{responsibility}/change/",
    "/admin/directorates/responsibility/{responsibility}/delete/",
    "/admin/directorates/responsibility/{responsibility}/history/",
    "/admin/directorates/responsibility/?q=nothing",
    "/admin/directorates/sitesettings/1/change/",
    "/admin/directorates/sitesettings/1/history/",
    "/admin/directorates/changeset/?state__exact=open",
    "/admin/directorates/surveyresponse/?q=nothing",
    "/admin/directorates/office/99999999/change/",
    NOTHING_IS_HERE,
]

#: Lists with all rows chosen, and actions that ask first.
DELETIONS = [
    # All rows cannot be deleted, and one row can.
    "/admin/auth/user/",
    "/admin/auth/user/?q=sam@example.gov",
    "/admin/auth/group/",
    "/admin/directorates/office/?q=never",
    "/admin/directorates/figure/?q=examples",
    "/admin/directorates/responsibility/?q=unused",
]


@pytest.fixture
def paths(site):
    user = make_user(first_name="Sam", last_name="Staff", email="sam@example.gov")
    draft = changed(make_unit(), name="An office that was never published")
    figure = make_figure(unit=Unit.objects.get(kind="agency"))
    group = Group.objects.create(name="Night dashboard")
    group.permissions.set(Permission.objects.filter(codename__endswith="_unit"))
    UnitAssignment.objects.create(user=user, unit=Unit.objects.get(identifier="hsi"))
    settings, _ = SiteSettings.objects.get_or_create(pk=1)
    SiteLink.objects.get_or_create(settings=settings, text="About", url="/about/")
    keys = {
        "user": user.pk,
        "group": group.pk,
        "draft": draft.pk,
        "published": Unit.objects.get(identifier="opr").pk,
        "figure": figure.pk,
        "responsibility": make_responsibility("Unused matter").pk,
    }
    return [path.format(**keys) for path in PATHS]


def choose_all_and_delete(page):
    page.locator("#action-toggle").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".breadcrumbs").get_by_text("Delete multiple objects")).to_be_visible()


@pytest.fixture
def look(page, find_axe_violations):
    """Return a function that looks at the page under a name, and fail in the end with all that was found."""
    found = {}

    def look(name):
        if violations := find_axe_violations(page, widths=STAFF_WIDTHS, forced_colors=True):
            found[name] = violations

    yield look
    assert found == {}


@pytest.mark.parametrize("part", range(2))
def test_axe_finds_nothing_on_stock_pages_and_none_is_too_wide(page, site, paths, look, part):
    sign_in(page, site)
    for path in paths[part::2]:
        status = page.goto(site + path).status
        assert status == (404 if path == NOTHING_IS_HERE else 200), path
        look(path)


def test_axe_finds_nothing_on_pages_that_ask_or_refuse(page, site, paths, look):
    sign_in(page, site)
    for path in DELETIONS:
        page.goto(site + path)
        choose_all_and_delete(page)
        look(f"deletion from {path}")
    page.goto(f"{site}/admin/auth/user/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    look("errors of a form")
    page.goto(f"{site}/admin/password_change/")
    for box in page.locator("input[type=password]").all():
        box.fill("short")
    page.get_by_role("button", name="Change my password").click()
    expect(page.locator(".errornote")).to_be_visible()
    look("errors of a password")


def test_axe_finds_nothing_on_the_page_that_says_no(page, site, find_axe_violations):
    sign_in(page, site)
    User.objects.update(is_superuser=False)
    assert page.goto(f"{site}/admin/auth/user/").status == 403
    assert find_axe_violations(page, widths=STAFF_WIDTHS) == []
