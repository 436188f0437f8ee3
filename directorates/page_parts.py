"""Parts that more than one kind of page shows. Plain data: templates never query."""

from dataclasses import dataclass

from directorates.models import unit_url


@dataclass(frozen=True)
class Link:
    """A link of a page. `url` is '' for what is named and not linked, such as the page itself."""

    text: str
    url: str
    is_external: bool = False


@dataclass(frozen=True)
class UnitCard:
    name: str
    acronym: str
    role: str
    summary: str
    url: str


def is_external(url):
    """Whether a link leads off the government's sites and is to be marked as such (F28)."""
    if not url.startswith(("http://", "https://")):
        return False
    host = url.split("/")[2].rpartition("@")[2].partition(":")[0].lower()
    return not host.endswith((".gov", ".mil"))


def card(edition):
    return UnitCard(
        name=edition.name,
        acronym=edition.acronym,
        role=edition.role_and_kind,
        summary=edition.summary,
        url=unit_url(edition.kind, edition.slug),
    )
