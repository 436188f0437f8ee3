"""The browser of these tests, and the checks of every page."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from directorates.models import Unit
from tests import tools
from tests.factories import make_unit, published
from tests.sample import load_sample

ROOT = Path(__file__).resolve().parents[2]

# Playwright's synchronous interface runs a loop in this thread. Django would take this for asynchronous code
# and refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Without these options Chromium calls home during the tests, or does not start in a container.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: A telephone, and a desktop.
WIDTHS = [320, 1280]
#: A tablet between them, whose window shows the staff pages with another layout.
STAFF_WIDTHS = [320, 800, 1280]

#: What axe looks for: everything, and in other colors on the same page what depends on colors.
ALL_RULES = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.path).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            # These tests need styled pages, and axe comes with the styles.
            item.add_marker(pytest.mark.styles)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = tools.find_chromium()
    # Without a path Playwright starts its own Chromium.
    found = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **found, "args": CHROMIUM_FLAGS}


@pytest.fixture
def site(live_server):
    """Serve the sample agency; return its address."""
    load_sample()
    return live_server.url


@pytest.fixture(scope="session")
def axe_source():
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def find_axe_violations(axe_source):
    """Return a function that lists axe's findings on a page, as "rule: element", by WCAG 2.0 to 2.2 A and AA.

    With `widths`, the window gets each width in turn, and elements wider than the window are listed too. With
    `forced_colors`, the last of them is looked at in the colors of a high-contrast theme again.
    """

    def ask(page, rules=ALL_RULES):
        # Without the long lists of what is right, axe takes half of the time.
        violations = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
            ".then(result => result.violations)",
            rules,
        )
        return [
            f"{violation['id']}: {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"]
        ]

    def find(page, *, widths=(), forced_colors=False):
        # The editors are made after the page, with buttons of their own.
        wait_until(page, f"!document.querySelector({PLAIN_RICH_TEXT!r})")
        # Without its font, axe would judge an icon's name as text.
        page.evaluate("document.fonts.ready.then(() => true)")
        # The page's security policy does not apply to the debugger.
        page.evaluate(axe_source)
        if not widths:
            return ask(page)
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            found += ask(page)
            if (is_wide := page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{is_wide} pixels wide in a window of {width}")
        if forced_colors:
            page.emulate_media(forced_colors="active")
            found += ask(page, COLOR_RULES)
            page.emulate_media(forced_colors="none")
        return found

    return find


#: A text area that its editor has not replaced yet.
PLAIN_RICH_TEXT = (
    "textarea[data-django-prose-editor-configurable]:not(.prose-editor > *):not([id*=__prefix__])"
)


def wait_until(page, expression, *, seconds=10):
    """Wait until an expression is true on a page.

    Playwright's own function evaluates text on the page, which the page's security policy refuses.
    """
    ends_at = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < ends_at, f"never true: {expression}"
        page.wait_for_timeout(50)


@pytest.fixture
def browser_complaints(page):
    """Collect the browser's complaints: errors, policy violations, failed requests."""
    complaints = []

    def note(message):
        if message.type == "error":
            complaints.append(f"{message.text} {message.location['url']}")

    page.on("console", note)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # A request that ends because the visitor leaves the page is no failure of the site.
    page.on(
        "requestfailed",
        lambda request: (
            complaints.append(f"failed: {request.url}")
            if request.failure != "net::ERR_ABORTED"
            else None
        ),
    )
    return complaints


@pytest.fixture
def hsi(site):
    return Unit.objects.get(acronym="HSI")


@pytest.fixture
def form_url(site, hsi):
    """The address of a directorate's form."""
    return f"{site}/admin/directorates/directorate/{hsi.pk}/change/"


@pytest.fixture
def offices(site):
    """Three published offices beside the directorate."""
    at = timezone.now() - timedelta(hours=1)
    agency = Unit.objects.get(kind="agency")
    made = [
        make_unit(name=f"{name} Office", slug=f"{name.lower()}-office", parent=agency, at=at)
        for name in ("Ledger", "Harbor", "Mail")
    ]
    published(*made, at=at)
    return made
