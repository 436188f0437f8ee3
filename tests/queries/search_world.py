"""An agency to search: the sample, and units with former names, accents and names alike."""

from directorates.actions.publishing import closing, publishing
from directorates.models import Unit, UnitEdition
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_responsibility,
    make_unit,
    published,
)
from tests.sample import load_sample

#: When the searches are made: a day after all changes.
LATER = NOON + 3 * DAY


def make_world():
    load_sample()
    counting = make_responsibility("Counting acorns", synonyms=["nuts", "oak trees"])
    shared = make_responsibility("Visitor parking", synonyms=["car park"])
    amber = make_unit(
        name="Office of Acorn Counting",
        acronym="OAC",
        slug="amber-acorns",
        responsibilities=[counting, shared],
        summary="Counts what falls from oaks.",
        head_name="Robin Example",
        head_title="Acorn Keeper",
    )
    others = [
        make_unit(name="Office of Calm Acorns", slug="calm-acorns", responsibilities=[shared]),
        make_unit(name="Bureau d’Économie Générale", slug="economie", acronym="BEG"),
        make_unit(name="Division of Größe and Straße", slug="groesse"),
        make_unit(name="Information Services Division", acronym="IT", slug="it"),
        make_unit(name="Cyber Safety Center", acronym="CSC", slug="cyber-safety"),
        make_unit(
            name="Webmaster Unit", slug="webmaster", body="<p>Keeps websites and e-mail.</p>"
        ),
        make_unit(name="مكتب الأرشيف", slug="archive"),
        make_unit(name="Office of Public Affairs", acronym="OPA", slug="public-affairs"),
        make_unit(name="Public Affairs Academy", slug="academy"),
        make_unit(name="Harbor Patrol Unit", slug="harbor"),
        make_unit(
            name="Lighthouse Service",
            summary="Keeps 12 lighthouses and 3 boats.",
            slug="lighthouse",
        ),
    ]
    published(amber, *others)
    published(make_figure(unit=others[0], value=12500, counts="squirrels on duty"))
    published(changed(amber, name="Office of Amber Woods", acronym="OAW"), at=NOON + DAY)
    _close_harbor_patrol()
    _make_what_nobody_may_find()


def _close_harbor_patrol():
    harbor, lighthouse = (Unit.objects.get(slug=slug) for slug in ("harbor", "lighthouse"))
    closing.close(unit=harbor, successors=[lighthouse], by=None, at=NOON + DAY)


def _make_what_nobody_may_find():
    """Make a draft, a scheduled edition and a withdrawn one. Their words begin with “secret”."""
    agency = Unit.objects.get(kind="agency")
    secret = make_responsibility("Secretdraft matters", synonyms=["secretsynonym"])
    make_unit(name="Secretdraft", slug="draft", parent=agency, responsibilities=[secret])
    webmaster = Unit.objects.get(slug="webmaster")
    published(
        changed(webmaster, name="Secretscheduled Unit", overview="<p>Secrettext.</p>"),
        at=NOON + DAY,
        effective_from=NOON + 30 * DAY,
    )
    published(
        changed(Unit.objects.get(slug="academy"), name="Secretwithdrawn Academy"),
        at=NOON + DAY,
        effective_from=NOON + 20 * DAY,
    )
    edition = UnitEdition.objects.get(name="Secretwithdrawn Academy")
    publishing.withdraw(editions=[edition], by=None, at=NOON + 2 * DAY)
