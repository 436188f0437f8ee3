"""Names keep their capitals: "eDiscovery" is not "EDISCOVERY"."""

from directorates.actions.reviewing import reviewing
from directorates.models import Unit
from tests.browser.test_editor_journey import sign_in
from tests.browser.test_public_pages import PATHS as PUBLIC
from tests.browser.test_staff_pages import PATHS as STAFF
from tests.factories import DAY, NOON, changed, make_unit, published

#: The texts on a page that show the word in other capitals.
CHANGED = """() => [...document.querySelectorAll("body, body *")]
  .filter((element) => [...element.childNodes].some(
    (node) => node.nodeType === Node.TEXT_NODE && /ediscovery/i.test(node.data)))
  .filter((element) => getComputedStyle(element).textTransform !== "none"
    || getComputedStyle(element).fontVariantCaps !== "normal"
    || [...element.childNodes].some((node) => /(?!eDiscovery)[eE][dD][iI][sS]covery/.test(node.data ?? "")))
  .map((element) => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 80)}`)"""


def test_a_name_keeps_its_capitals_on_every_page(page, site):
    agency = Unit.objects.get(kind="agency")
    published(make_unit(parent=agency, slug="closed-office", name="Office of eDiscovery"))
    for unit in Unit.objects.all():
        name = f"eDiscovery {unit.pk}"
        written = changed(
            unit, name=name, acronym=name, link_label=name, head_name=name, at=NOON + DAY / 24
        )
        published(written, at=NOON + DAY / 12)
    draft = changed(Unit.objects.get(identifier="ero"), name="eDiscovery anew", at=NOON + DAY / 8)
    change_set = reviewing.create(title="eDiscovery", records=[draft], by=None, at=NOON + DAY / 6)
    ids = dict(Unit.objects.values_list("identifier", "pk"))
    sign_in(page, site, username="eDiscovery")

    found, pages_with_the_name = {}, 0
    for path in [*PUBLIC, *(path.format(change_set=change_set.pk, **ids) for path in STAFF)]:
        page.goto(site + path)
        pages_with_the_name += "eDiscovery" in page.content()
        if changed_here := page.evaluate(CHANGED):
            found[path] = changed_here
    assert found == {}
    assert pages_with_the_name > len(STAFF)
