from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from agency_site.serving.static_export import ExportError, difference
from directorates.models import Unit
from directorates.rules.local_time import day_of
from tests.factories import changed, make_unit, published
from tests.sample import LATELY, load_sample
from tests.serving.static_export.conftest import HOST, StaticCopy

pytestmark = pytest.mark.styles

HSI_PAGE = "/directorates/homeland-security-investigations/"


@pytest.fixture(scope="module")
def kept_copy(keep_rows, tmp_path_factory):
    with keep_rows(), override_settings(ALLOWED_HOSTS=[HOST]):
        load_sample(at=LATELY)
        yield _export_two_days(StaticCopy(tmp_path_factory.mktemp("export") / "static_copy"))


@pytest.fixture
def two_days(db, kept_copy):
    """Return (static copy, release of today, release of the day in three days)."""
    return kept_copy


def _export_two_days(static_copy):
    now = timezone.now()
    later = now + timedelta(days=3)
    hsi = Unit.objects.get(identifier="hsi")
    published(changed(hsi, at=now, slug="hsi", summary="It looks into much more, as a summary of one sentence says."), at=now, effective_from=later)  # fmt: skip
    published(make_unit(slug="new", parent=hsi), at=now, effective_from=later)
    return static_copy, static_copy.export().release, static_copy.export(at=later).release


def test_added_removed_and_changed_pages_are_listed(two_days):
    static_copy, today, later = two_days
    found = difference.compare(static_copy.folder, today, later)
    assert found.added == ["/directorates/hsi/", "/offices/new/", "/structure/?of=hsi"]
    assert found.removed == [HSI_PAGE]
    assert "/sitemap.xml" in found.changed
    assert "/robots.txt" not in found.changed
    assert found.new_redirects == {HSI_PAGE: "/directorates/hsi/"}
    back = difference.compare(static_copy.folder, later, today)
    assert back.gone_redirects == found.new_redirects
    assert difference.compare(static_copy.folder, today, today).is_empty


def test_the_words_that_differ_are_shown(two_days, capsys):
    static_copy, today, later = two_days
    call_command("diff_site", str(static_copy.path), today, later, "--words")
    output = capsys.readouterr().out
    assert "removed  " + HSI_PAGE in output
    assert "    +It looks into much more, as a summary of one sentence says." in output


def test_a_day_means_what_was_shown_at_its_end(two_days):
    static_copy, today, later = two_days
    day = day_of(timezone.now(), "America/New_York")
    assert difference.find_release(static_copy.folder, str(day + timedelta(days=1))) == today
    assert difference.find_release(static_copy.folder, str(day + timedelta(days=5))) == later
    assert difference.find_release(static_copy.folder, "current") == today


@pytest.mark.parametrize("given", ["2020-01-01", "yesterday"])
def test_a_day_without_a_release_is_told(two_days, given):
    static_copy, _, _ = two_days
    with pytest.raises(ExportError, match=r"No release shows|is no release"):
        difference.find_release(static_copy.folder, given)
    with pytest.raises(CommandError):
        call_command("diff_site", str(static_copy.path), given)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_outside_the_bounds_is_told(two_days, day):
    static_copy, _, _ = two_days
    with pytest.raises(ExportError, match="Choose a day"):
        difference.find_release(static_copy.folder, day)
