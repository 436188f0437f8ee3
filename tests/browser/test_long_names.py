"""With names longer than any line, no page is wider than a telephone, or than a desktop window at 400 %.

Both are 320 CSS pixels (WCAG 2.2, 1.4.10 Reflow).
"""

from decimal import Decimal

import pytest

from directorates.actions.publishing.closing import close
from directorates.actions.reviewing import reviewing
from directorates.models import SiteSettings, Unit
from tests.browser.test_editor_journey import sign_in
from tests.browser.test_public_pages import PATHS as PUBLIC
from tests.browser.test_staff_pages import PATHS as STAFF
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_responsibility,
    make_unit,
    published,
)

#: Lines of the kinds that break a layout, repeated until the field is full.
HOSTILE = {
    "German compounds": "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "slashes": "Immigration/Customs/Enforcement/Removal/Operations/",
    "no-break spaces": "Bureau\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}Examples\N{NO-BREAK SPACE}",
    "no-break hyphens": "Land\N{NON-BREAKING HYPHEN}und\N{NON-BREAKING HYPHEN}Wasser\N{NON-BREAKING HYPHEN}",
    "capitals": "WWMWWMWWM",
    "Finnish": "Lentokonesuihkuturbiinimoottoriapumekaanikkoaliupseerioppilas",
    "Arabic": "المديريةالعامةللتحقيقاتوالشؤونالإداريةوالمالية",
    "Thai": "สำนักงานคณะกรรมการกิจการกระจายเสียงกิจการโทรทัศน์",
    "Chinese": "国土安全调查局移民及海关执法局",
    "underlines": "office_of_the_chief_of_examples_",
}

FORMATTED = (
    "<h2>{0}</h2><p>{0} <a href='/about/'>{0}</a></p><ul><li>{0}</li></ul>"
    "<table><tbody><tr><th><p>{0}</p></th><th><p>{0}</p></th></tr>"
    "<tr><td><p>{0}</p></td><td><p>8</p></td></tr></tbody></table>"
)

#: The innermost elements that are wider than the window. Elements that scroll in their own box do not count.
STICKING_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const out = [...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && box.height && (box.right > width + 1 || box.left < -1);
  });
  return [
    `${document.documentElement.scrollWidth} pixels wide`,
    ...out.filter((element) => !out.some((other) => other !== element && element.contains(other)))
      .map((element) => `${element.tagName} ${element.className} in ${element.parentElement.className}`),
  ];
}"""


def filled(text, length):
    return (text * length)[:length].strip()


def hostile_content(text, number):
    return {
        "name": filled(text, 195) + str(number),
        "acronym": filled(text, 17) + str(number),
        "link_label": filled(text, 80),
        "summary": filled(text, 160),
        "overview": FORMATTED.format(filled(text, 120)),
        "body": FORMATTED.format(filled(text, 120)),
        "statutory_authority": filled(text, 200),
        "statutory_authority_url": "https://law.example.gov/",
        "head_title": filled(text, 100),
        "head_name": filled(text, 100),
        "email": f"{'a' * 60}@{'b' * 60}.example.gov",
        "website": f"https://www.example.gov/{'path/' * 30}",
        "phone": "+1 202-555-0100 ext. 123456",
        "street_address": filled(text, 200),
        "address_locality": filled(text, 100),
        "address_region": filled(text, 100),
        "postal_code": filled("9", 20),
        "address_country": filled(text, 100),
    }


@pytest.fixture
def hostile(site):
    """Put hostile text into every field of one line, and return {name in an address: id}."""
    texts = list(HOSTILE.values())
    agency = Unit.objects.get(kind="agency")
    closed = published(make_unit(parent=agency, slug="closed-office"))
    close(unit=closed, successors=[agency], by=None, at=NOON + DAY / 24)
    matter = make_responsibility(filled(texts[0], 120))
    for number, unit in enumerate(Unit.objects.filter(is_closed=False).order_by("pk")):
        text = texts[number % len(texts)]
        record = changed(unit, at=NOON + DAY / 12, **hostile_content(text, number))
        record.responsibilities.add(matter)
        figure = make_figure(
            unit=unit, value=Decimal("888888888888888000"), currency="USD",
            counts=filled(text, 160), source=filled(text, 200), at=NOON + DAY / 12,
        )  # fmt: skip
        published(record, figure, at=NOON + DAY / 6)
    SiteSettings.objects.update(
        site_name=filled(texts[2], 80), heading=filled(texts[1], 80),
        parent_organization=filled(texts[0], 160), contact_email=f"{'a' * 60}@{'b' * 60}.example.gov",
    )  # fmt: skip
    # Unpublished and compared texts are as long.
    hsi, ero = (Unit.objects.get(identifier=name) for name in ("hsi", "ero"))
    changed(hsi, name=filled(texts[3], 200), overview=FORMATTED.format(filled(texts[5], 120)))
    draft = changed(ero, summary=filled(texts[9], 160))
    change_set = reviewing.create(title=filled(texts[4], 100), records=[draft], by=None, at=NOON)
    return {"change_set": change_set.pk, **dict(Unit.objects.values_list("identifier", "pk"))}


def sticking_out(page, site, paths):
    page.set_viewport_size({"width": 320, "height": 800})
    found = {}
    for path in paths:
        page.goto(site + path)
        # Sections that a small window closes can be opened.
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        if out := page.evaluate(STICKING_OUT):
            found[path] = out
    return found


def test_no_public_page_is_wider_than_a_small_window(page, site, hostile):
    assert sticking_out(page, site, PUBLIC) == {}


def test_no_staff_page_is_wider_than_a_small_window(page, site, hostile):
    sign_in(page, site, username="w" * 150)
    assert sticking_out(page, site, [path.format(**hostile) for path in STAFF]) == {}


def test_what_sticks_out_is_found(page, site, hostile):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{site}/about/")
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    assert "SPAN acronym in " in page.evaluate(STICKING_OUT)
