"""Records the sources of a release's pages, so the next export makes only pages that can differ.

Editions never change, so the ids of the editions in force determine the content of a page. Everything else,
such as the site settings and the code, is one hash. If the hash differs, every page is made.
"""

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib import metadata

from agency_site.serving import code_version
from agency_site.serving.static_export.pages import addresses
from directorates.models import UnitEdition, unit_url
from directorates.queries import visibility
from directorates.queries.pages import namesakes, site_identity

#: Above this number of changes, all pages are made.
MOST_CHANGES = 1000


@dataclass(frozen=True)
class ExportedState:
    """The sources of a release's pages.

    `site` is the hash, `units` {unit id: edition id} and `figures` {unit id: edition ids}. `namesakes`
    is {unit id: the label that distinguishes units of one name}.
    """

    site: str
    units: dict[int, int] = field(default_factory=dict)
    figures: dict[int, list[int]] = field(default_factory=dict)
    #: One group for open units, one for the pages of closed units.
    namesakes: dict[int, str] = field(default_factory=dict)
    all_namesakes: dict[int, str] = field(default_factory=dict)


def find(*, at, headers, origin):
    """Return the ExportedState at `at`: eight queries. `headers` are the headers that all pages share."""
    figures = defaultdict(list)
    for unit_id, pk in visibility.public_figures(at).order_by("pk").values_list("unit_id", "pk"):
        figures[unit_id].append(pk)
    identity = repr(site_identity.get(at=at))
    return ExportedState(
        site=_digest(origin, headers, identity, _code_and_packages()),
        units=dict(visibility.public_units(at).order_by().values_list("unit_id", "pk")),
        figures=dict(figures),
        namesakes=namesakes.find(at=at),
        all_namesakes=namesakes.find(at=at, with_closed=True),
    )


def _digest(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _code_and_packages():
    """Return a hash of the code and of all installed packages."""
    installed = sorted({f"{d.name} {d.version}" for d in metadata.distributions()})
    return _digest(code_version.find_code_version(), *installed)


def find_affected(before, now, *, at):
    """Return the addresses whose pages can differ between `before` and `now`, or None if all can.

    Lists are left out. A fixed number of queries.
    """
    if before is None or before.site != now.site or before.units.keys() - now.units.keys():
        return None
    changed = {
        unit
        for unit, edition in now.units.items()
        if before.units.get(unit) != edition
        or before.namesakes.get(unit) != now.namesakes.get(unit)
        or before.all_namesakes.get(unit) != now.all_namesakes.get(unit)
    }
    figures = {
        unit
        for unit in before.figures.keys() | now.figures.keys()
        if before.figures.get(unit) != now.figures.get(unit)
    }
    if len(changed) + len(figures) > MOST_CHANGES:
        return None
    before_ids = {before.units[unit] for unit in changed if unit in before.units}
    return set(addresses.fixed()) | _pages_showing(changed, figures, before_ids, at)


def _pages_showing(changed, figures, before_ids, at):
    """Return the addresses of the pages that show the changed units or figures.

    These are the units' own pages, those of their parents, and those of all units below, by their breadcrumbs.
    Closed units name them as successors.
    """
    units = {
        unit_id: (parent_id, kind, slug)
        for unit_id, parent_id, kind, slug in visibility.public_units(at)
        .order_by()
        .values_list("unit_id", "parent_id", "kind", "slug")
    }
    below = defaultdict(list)
    for unit_id, (parent_id, _, _) in units.items():
        below[parent_id].append(unit_id)
    showing, waiting = set(changed), list(changed)
    while waiting:
        found = set(below[waiting.pop()]) - showing
        showing |= found
        waiting += found
    showing |= figures | {units[unit_id][0] for unit_id in changed}
    showing |= set(
        UnitEdition.objects.filter(pk__in=before_ids).order_by().values_list("parent_id", flat=True)
    )
    closed = visibility.public_units(at).filter(is_closed=True, successors__in=changed).order_by()
    showing |= set(closed.values_list("unit_id", flat=True))
    return {unit_url(*units[unit_id][1:]) for unit_id in showing if unit_id in units}


def find_affected_lists(before, now):
    """Return the addresses of lists whose content changed."""
    return {address for address, shown in now.items() if before.get(address) != shown}


@dataclass(frozen=True)
class Assets:
    """The files to which pages refer. Nearly all pages refer to the same files."""

    usual: list[str]
    others: dict[str, list[str]]

    def of(self, address):
        return self.others.get(address, self.usual)


def write(state, lists, assets):
    """Return the state, the hashes of the lists, and {address: files} as JSON."""
    usual, _ = Counter(map(tuple, assets.values())).most_common(1)[0]
    return json.dumps(
        {
            "site": state.site,
            "units": state.units,
            "figures": state.figures,
            "namesakes": state.namesakes,
            "all_namesakes": state.all_namesakes,
            "lists": lists,
            "usual_assets": usual,
            "assets": {address: found for address, found in assets.items() if (*found,) != usual},
        },
        sort_keys=True,
    )


def read(content):
    """Return the ExportedState, the hashes of the lists, and the Assets from the text of `write`."""
    data = json.loads(content)
    state = ExportedState(
        data["site"],
        {int(unit): edition for unit, edition in data["units"].items()},
        {int(unit): editions for unit, editions in data["figures"].items()},
        *(
            {int(unit): label for unit, label in data.get(name, {}).items()}
            for name in ("namesakes", "all_namesakes")
        ),
    )
    # A copy made before hashes of lists has none.
    return state, data.get("lists", {}), Assets(data["usual_assets"], data["assets"])
