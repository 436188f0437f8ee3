"""The data of a page for programs: nodes of schema.org, for JSON-LD. Pure: page data in, dicts out.

Every unit is a GovernmentOrganization. Its @id is the address of its page with "#organization", so the nodes of
different pages join.
"""

from directorates.queries.pages.figure_list import FigureListPage
from directorates.queries.pages.figure_page import FigurePage
from directorates.queries.pages.overview import OverviewPage
from directorates.queries.pages.page_parts import UNITS_BELOW_LIMIT
from directorates.queries.pages.unit_page import UnitPage
from directorates.rules import partial_days
from directorates.rules.content import countries
from directorates.rules.content.number_phrases import number_of
from directorates.rules.content.text import capitalized
from directorates.rules.local_time import day_of

CONTEXT = "https://schema.org"
#: The properties for the number of a figure that is not exactly or approximately this number.
_BOUNDS = {"more than": "minValue", "nearly": "maxValue"}


def get(page, *, path, site, origin, search_path=""):
    """Return the JSON-LD document of a page, or None for a page without any.

    `page` is the page's data, `path` its canonical path, `site` the SiteIdentity, `origin` scheme and host.
    `search_path` is the path of the search, or ''.
    """
    writer = _Writer(site, origin)
    nodes = []
    if isinstance(page, OverviewPage):
        nodes += [writer.website(page, search_path), *writer.overview(page)]
    elif isinstance(page, UnitPage):
        nodes.append(writer.unit(page))
    elif isinstance(page, FigurePage):
        nodes += [writer.observation(page), writer.history(page)]
    elif isinstance(page, FigureListPage) and page.total:
        name = f"Figures of {site.agency_name or site.name}"
        nodes.append(writer.dataset(page, path, name=name))
    if links := getattr(page, "breadcrumbs", ()):
        nodes.append(writer.breadcrumbs(links, path))
    return {"@context": CONTEXT, "@graph": nodes} if nodes else None


class _Writer:
    def __init__(self, site, origin):
        self.site = site
        self.origin = origin

    def website(self, page, search_path):
        action = search_path and {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{self.origin}{search_path}?q={{words}}",
            },
            "query-input": "required name=words",
        }
        return _filled(
            {
                "@type": "WebSite",
                "@id": f"{self.origin}/#website",
                "url": f"{self.origin}/",
                "name": self.site.name,
                "inLanguage": self.site.language,
                "publisher": page.agency and self._reference(page.agency.url),
                "potentialAction": action,
            }
        )

    def overview(self, page):
        """Yield the agency, and the units with a section, each with its parent. Bounded like a unit's page."""
        units = page.units[:UNITS_BELOW_LIMIT]
        if agency := page.agency:
            below = [unit for unit in units if unit.above_url == agency.url]
            yield _filled(
                self._named(agency, agency.url)
                | self._of_agency()
                | {
                    "description": page.summary,
                    "foundingDate": _founding_date(agency.founded_on),
                    "numberOfEmployees": _employees(page.key_facts),
                    "subOrganization": [self._reference(unit.url) for unit in below],
                }
            )
        for unit in units:
            above = unit.above_url and self._reference(unit.above_url)
            yield _filled(self._named(unit, unit.url) | {"parentOrganization": above})

    def unit(self, page):
        own = self._of_agency() if page.kind == "agency" else {}
        closed_at = page.closure and page.closure.closed_at
        above = page.part_of
        return _filled(
            self._named(page, page.path)
            | own
            | {
                "description": page.description,
                "foundingDate": _founding_date(page.founded_on),
                "dissolutionDate": closed_at and day_of(closed_at, self.site.time_zone).isoformat(),
                "sameAs": page.website and page.website.url,
                "contactPoint": [*own.get("contactPoint", ()), *_contact_points(page)],
                "address": page.address and _address(page.address),
                "numberOfEmployees": _employees(page.key_facts),
                "subOrganization": [self._linked(card.name, card.url) for card in page.units_below],
            }
            | ({"parentOrganization": self._linked(above.text, above.url)} if above else {})
        )

    def observation(self, page):
        """Return what a figure states now of the unit that answers for it."""
        fact, unit = page.fact, page.unit
        return _filled(
            {
                "@type": "Observation",
                "@id": f"{self.origin}{page.path}#figure",
                "url": self.origin + page.path,
                "name": fact.claim,
                "variableMeasured": fact.counts,
                "observationAbout": self._linked(unit.name, unit.url) if unit.url else unit.name,
                "unitText": page.statement.currency,
                "observationDate": fact.as_of and fact.as_of.isoformat(),
            }
            | _measured(page.statement.value, fact.qualifier)
        )

    def history(self, page):
        """Return all that was published of a figure, as files."""
        name = f"{capitalized(page.fact.counts)}: {page.unit.label}, all versions"
        source = {"citation": page.fact.source, "variableMeasured": page.fact.counts}
        return self.dataset(page, page.path, name=name) | source

    def dataset(self, page, path, *, name):
        kinds = {"text/csv": page.csv_url, "application/json": page.json_url}
        return _filled(
            {
                "@type": "Dataset",
                "@id": f"{self.origin}{path}#data",
                "url": self.origin + path,
                "name": name,
                "description": page.description,
                "dateModified": day_of(page.updated_at, self.site.time_zone).isoformat(),
                "isAccessibleForFree": True,
                "publisher": self.site.agency_name
                and {"@type": "GovernmentOrganization", "name": self.site.agency_name},
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "encodingFormat": kind,
                        "contentUrl": self.origin + address,
                    }
                    for kind, address in kinds.items()
                ],
            }
        )

    def breadcrumbs(self, links, path):
        """Return the way from the overview to the page. The last link has no address: it is the page's own."""
        home = (self.site.heading, "/")
        way = [home, *((link.text, link.url or path) for link in links)]
        return {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": place,
                    "name": words,
                    "item": self.origin + address,
                }
                for place, (words, address) in enumerate(way, start=1)
            ],
        }

    def _named(self, unit, path):
        return self._linked(unit.name, path) | {
            "alternateName": unit.acronym,
            "url": self.origin + path,
        }

    def _reference(self, path):
        return {"@id": f"{self.origin}{path}#organization"}

    def _linked(self, name, path):
        """Return a unit that its own page describes."""
        return self._reference(path) | {"@type": "GovernmentOrganization", "name": name}

    def _of_agency(self):
        """Return what the settings say of the agency: what it is part of, its logo, its general contact."""
        site = self.site
        above = site.parent_organization and {
            "@type": "GovernmentOrganization",
            "name": site.parent_organization,
            "url": self._absolute(site.parent_organization_url),
        }
        contact = _contact_point(site.contact_email, site.contact_phone, site.contact_phone_url)
        return {
            "parentOrganization": above and _filled(above),
            "logo": self._absolute(site.logo_url),
            "contactPoint": [contact] if contact else [],
        }

    def _absolute(self, address):
        return self.origin + address if address.startswith("/") else address


def _filled(node):
    """Return a node without the properties that have no value."""
    return {name: value for name, value in node.items() if value not in (None, "", [], ())}


def _contact_points(page):
    point = _contact_point(page.email, page.phone, page.phone_url)
    return [point] if point else []


def _contact_point(email, phone, phone_url):
    """Return a ContactPoint, or None. A telephone number that can be called has its country's code."""
    if not (email or phone):
        return None
    called = phone_url.removeprefix("tel:").replace(";ext=", " ext. ")
    telephone = called if called.startswith("+") else phone
    return _filled({"@type": "ContactPoint", "telephone": telephone, "email": email})


def _address(address):
    return _filled(
        {
            "@type": "PostalAddress",
            "streetAddress": address.street,
            "addressLocality": address.locality,
            "addressRegion": address.region,
            "postalCode": address.postal_code,
            "addressCountry": countries.country_of_name(address.country) or address.country,
        }
    )


def _employees(facts):
    """Return the first figure that is a number of employees, with its day and its bound; None without one."""
    fact = next((fact for fact in facts if fact.employees is not None), None)
    if fact is None:
        return None
    kind = ["QuantitativeValue", "Observation"] if fact.as_of else "QuantitativeValue"
    return _filled(
        {"@type": kind}
        | _measured(fact.employees, fact.qualifier)
        | {
            "description": fact.qualifier and f"{fact.qualifier} {fact.value} {fact.counts}",
            "observationDate": fact.as_of and fact.as_of.isoformat(),
        }
    )


def _measured(value, qualifier):
    """Return {property: number} of a value, which may be a bound."""
    return {_BOUNDS.get(qualifier, "value"): number_of(value)}


def _founding_date(written):
    """Return the day, month or year if it is one. A value written past the forms may be none."""
    return written if partial_days.is_partial_day(written) else ""
