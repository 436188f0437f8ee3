"""The pages that an export takes over from the previous one."""

import json
import random
from datetime import timedelta

import pytest
from django.utils import timezone

from agency_site.serving.static_export.pages import exported_state as states
from agency_site.serving.static_export.pages import lists
from agency_site.serving.static_export.pages.exported_state import ExportedState
from directorates.actions.publishing.closing import close
from directorates.models import Unit
from directorates.queries.pages import unit_list, unit_page
from tests.factories import make_figure, make_unit, published
from tests.sample import load_fictional
from tests.serving.static_export.conftest import HOST, StaticCopy, publish_change

pytestmark = pytest.mark.styles


def _change_something(chance, number):
    """Publish a random change, as staff do."""
    now = timezone.now()
    units = list(Unit.objects.exclude(kind="agency").filter(is_closed=False).order_by("pk"))
    unit, other = chance.sample(units, 2)
    kinds = chance.randrange(7)
    if kinds == 0:
        publish_change(unit, name=f"Renamed {number}", summary=f"Summary {number}")
    elif kinds == 1:
        publish_change(unit, slug=f"slug-{number}")
    elif kinds == 2:
        published(make_unit(parent=unit, slug=f"new-{number}"), at=now)
    elif kinds == 3:
        published(make_figure(unit=unit), at=now)
    elif kinds == 4:
        children = Unit.objects.filter(parent=unit)
        if not children.exists() and unit.kind == "office":
            close(unit=unit, successors=[other], by=None, at=now)
    elif kinds == 5 and unit.kind == "office":
        publish_change(unit, parent=Unit.objects.get(kind="agency"))
    else:
        publish_change(Unit.objects.get(kind="agency"), overview=f"<p>Overview {number}.</p>")


@pytest.mark.parametrize("seed", range(3))
def test_an_export_of_what_changed_equals_a_full_one(db, settings, tmp_path, monkeypatch, seed):
    # Sixteen offices then fill several pages of lists, and lists below some units.
    monkeypatch.setattr(unit_list, "UNITS_A_PAGE", 4)
    for module in (unit_page, lists):
        monkeypatch.setattr(module, "UNITS_BELOW_LIMIT", 2)
    settings.ALLOWED_HOSTS = [HOST]
    load_fictional(offices=16, at=timezone.now() - timedelta(hours=2))
    chance = random.Random(seed)
    static_copy = StaticCopy(tmp_path / "static_copy")
    static_copy.export()
    linked = 0
    for number in range(4):
        for _ in range(chance.randint(1, 2)):
            _change_something(chance, f"{number}-{chance.randrange(10**6)}")
        at = timezone.now()
        linked += static_copy.export(at=at, is_present=True).linked
        whole = StaticCopy(tmp_path / f"whole-{number}")
        whole.export(at=at, is_present=True)
        assert static_copy.contents() == whole.contents()
    assert linked > 10, "hardly a page was taken over, so this compared full exports"


def test_a_state_of_an_earlier_program_tells_nothing_of_lists():
    written = json.loads(states.write(ExportedState("site"), {"/offices/": "shown"}, {"/": []}))
    assert states.read(json.dumps(written))[1] == {"/offices/": "shown"}
    del written["lists"]
    _, before, _ = states.read(json.dumps(written))
    assert states.find_affected_lists(before, {"/offices/": "shown"}) == {"/offices/"}
