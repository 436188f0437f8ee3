"""The production server with every dated field at its lowest and highest value.

Each address answers as with ordinary dates.
"""

from collections import deque
from datetime import UTC, timedelta
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.utils import timezone

from bin.drills.rig.person import SIGN_IN
from bin.production import HOST, Site
from tests.admin.test_every_staff_page import LinkReader
from tests.dated_fields import bounded_fields

pytestmark = pytest.mark.styles

ZONE = "America/New_York"

AGENCY = """
format = 1
[site]
time_zone = "America/New_York"
domain = "www.agency.gov"
survey_is_open = true
survey_omb_control_number = "1234-5678"
survey_omb_expires_on = {expires_on}

[[units]]
identifier = "agency"
[[units.editions]]
effective_from = {begins}
kind = "agency"
name = "Agency"
slug = "agency"
is_on_overview = true
{later_agency}
[[units]]
identifier = "north"
[[units.editions]]
effective_from = {begins}
kind = "directorate"
parent = "agency"
name = "North"
slug = "north"
is_on_overview = true

[[figures]]
identifier = "people"
[[figures.editions]]
effective_from = {begins}
unit = "north"
value = 12
counts = "people"
source = "A count"
as_of = {as_of}
{later_figure}
"""

LATER_AGENCY = """
[[units.editions]]
effective_from = {begins}
kind = "agency"
name = "Agency"
slug = "agency"
is_on_overview = true
summary = "It is another one by then."
"""

LATER_FIGURE = """
[[figures.editions]]
effective_from = {begins}
unit = "north"
value = 13
counts = "people"
source = "Another count"
as_of = {as_of}
"""

MAKE_CHANGE_SET = """
from datetime import datetime
from django.utils import timezone
from directorates.actions.publishing import drafting
from directorates.actions.reviewing import reviewing
from directorates.models import Unit
now = timezone.now()
unit = Unit.objects.get(identifier="north")
unit.summary = "Something that changes."
drafting.save(record=unit, relations={{}}, by=None, at=now)
reviewing.create(title="A set", by=None, at=now, records=[unit],
                 effective_from=datetime.fromisoformat("{instant}"))
"""

#: The part of the loaded data that has each field.
HELD_BY = {
    "directorates.ChangeSet.effective_from": "instant",
    "directorates.Figure.as_of": "as_of",
    "directorates.FigureEdition.as_of": "as_of",
    "directorates.FigureEdition.effective_from": "instant",
    "directorates.SiteSettings.survey_omb_expires_on": "expires_on",
    "directorates.UnitEdition.effective_from": "instant",
}

OTHERS = [
    "/", "/about/", "/directorates/", "/directorates/?by=part-of", "/offices/", "/survey/", "/sitemap.xml",
    "/robots.txt", "/healthz", "/readyz", "/shared/", "/accounts/login/", "/accounts/2fa/",
    "/accounts/logout/", "/accounts/too-late/", "/accounts/inactive/", "/admin/login/", "/unknown/",
]  # fmt: skip


def values(which):
    """Return the ordinary, lowest (0) or highest (1) value of each part of the loaded data."""
    with timezone.override(ZONE):
        if which is None:
            now = timezone.localtime()
            today = timezone.localdate()
            return {
                "instant": now - timedelta(days=3),
                "as_of": today - timedelta(days=9),
                "expires_on": today + timedelta(days=90),
            }
        fields = bounded_fields()
        assert set(fields) == set(HELD_BY), "say where this test puts these fields"
        return {part: fields[name].bounds()[which] for name, part in HELD_BY.items()}


def _utc(instant):
    """Return the instant in UTC, because a file allows no seconds in an offset, which the clocks of 1700 have."""
    return instant.astimezone(UTC).isoformat()


def file_of(chosen):
    ordinary = values(None)
    is_ahead = chosen["instant"] > timezone.now()
    begins = _utc((ordinary if is_ahead else chosen)["instant"])
    later = {"begins": _utc(chosen["instant"]), "as_of": chosen["as_of"]}
    return AGENCY.format(
        begins=begins,
        as_of=chosen["as_of"],
        expires_on=chosen["expires_on"],
        later_agency=LATER_AGENCY.format(**later) if is_ahead else "",
        later_figure=LATER_FIGURE.format(**later) if is_ahead else "",
    )


def answers(site):
    """Return {address: status} of every linked address, for visitors and for staff."""
    key = site.python(SIGN_IN.format(name="root")).split()[-1]
    found = {("visitor", path): site.ask(path).status for path in OTHERS}
    waiting = deque([*OTHERS, "/admin/", "/admin/calendar/"])
    while waiting:
        path = waiting.popleft()
        if ("staff", path) in found or "logout" in path:
            continue
        answer = site.ask(path, Cookie=f"sessionid={key}")
        found["staff", path] = answer.status
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for link in LinkReader(answer.body.decode()).links:
            parts = urlsplit(urldefrag(urljoin(f"https://{HOST}{path}", link))[0])
            if parts.netloc == HOST and not parts.path.startswith("/preview/at/"):
                waiting.append(parts.path)
    return found


def serve(folder, which):
    """Load an agency with ordinary, lowest or highest dates; return its server's answers."""
    site = Site(folder, LOG_LEVEL="WARNING", GRANIAN_WORKERS="1")
    chosen = values(which)
    file = folder / "dated.toml"
    file.write_text(file_of(chosen))
    site.prepare(file=file)
    site.python(MAKE_CHANGE_SET.format(instant=_utc(chosen["instant"])))
    with site:
        return answers(site)


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory):
    return serve(tmp_path_factory.mktemp("ordinary"), None)


@pytest.mark.parametrize("which", [0, 1], ids=["lowest", "highest"])
def test_every_address_answers_as_before(ordinary, tmp_path, which):
    found = serve(tmp_path, which)
    assert len(found) > 80
    assert {key: status for key, status in found.items() if status >= 500} == {}
    assert {key: found.get(key) for key in ordinary if found.get(key) != ordinary[key]} == {}
