"""Missing parts of a developer's copy are named, with the command that adds them."""

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from agency_site.serving import local_setup
from agency_site.serving.management.commands.runserver import Command
from tests.factories import make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def styled(monkeypatch):
    find = finders.find

    def find_styles_too(path, **kwargs):
        return f"/static/{path}" if path == "site.css" else find(path, **kwargs)

    monkeypatch.setattr(finders, "find", find_styles_too)


@pytest.fixture
def set_up(styled):
    make_unit(kind="agency")
    make_user(is_staff=True)


@pytest.fixture
def on_pages(settings):
    """Use the middleware as under `runserver`."""
    place = settings.MIDDLEWARE.index("django.contrib.sessions.middleware.SessionMiddleware")
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:place],
        "agency_site.serving.local_setup.notice",
        *settings.MIDDLEWARE[place:],
    ]


def commands():
    return [gap.command for gap in local_setup.find_gaps()]


def forget_migrations(*names):
    rows = MigrationRecorder(connection).migration_qs.filter(app="directorates")
    (rows.filter(name__in=names) if names else rows).delete()


def test_a_site_that_is_set_up_lacks_nothing(set_up):
    assert commands() == []


def test_an_empty_site_lacks_an_agency_and_an_account(styled):
    assert commands() == [
        "python manage.py load_agency directorates/sample/ice.toml",
        "python manage.py createsuperuser",
    ]


def test_missing_styles_are_named(set_up, monkeypatch):
    monkeypatch.setattr(finders, "find", lambda path, **kwargs: None)
    assert commands() == ["python manage.py build_styles"]


def test_a_migration_that_was_not_applied_is_named_and_nothing_else_is_asked(styled):
    [(_, newest)] = MigrationLoader(connection).graph.leaf_nodes("directorates")
    forget_migrations(newest)
    assert commands() == ["python manage.py migrate"]


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_staff": True, "is_active": False}])
def test_an_account_that_opens_no_staff_page_does_not_count(styled, fields):
    make_unit(kind="agency")
    make_user(**fields)
    assert commands() == ["python manage.py createsuperuser"]


def test_a_draft_of_an_agency_is_an_agency(styled):
    make_unit(kind="agency")
    assert commands() == ["python manage.py createsuperuser"]


def test_the_terminal_names_each_gap_with_its_command(styled, capsys):
    Command().check_migrations()
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("Run: ")[1] for line in lines if "Run: " in line] == commands()


def test_the_terminal_is_silent_where_nothing_is_missing(set_up, capsys):
    Command().check_migrations()
    assert capsys.readouterr().out == ""


def test_the_terminal_says_that_the_database_cannot_be_reached(monkeypatch, capsys):
    def unreachable():
        raise OperationalError("connection refused")

    monkeypatch.setattr(local_setup, "find_gaps", unreachable)
    Command().check_migrations()
    assert "The database cannot be reached: connection refused" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["/", "/no-such-page/", "/accounts/login/"])
def test_every_page_names_the_gaps(client, on_pages, styled, address):
    response = client.get(address)
    text = response.content.decode()
    assert "python manage.py createsuperuser" in text
    assert "python manage.py load_agency" in text
    assert text.index("<body") < text.index("createsuperuser") < text.index("</body>")
    assert response.headers["Content-Length"] == str(len(response.content))


def test_a_site_that_is_set_up_has_no_notice(client, on_pages, set_up):
    assert b"not set up" not in client.get("/no-such-page/").content


def test_what_is_no_page_stays_as_it_is(client, on_pages, styled):
    assert b"createsuperuser" not in client.get("/robots.txt").content
    assert b"createsuperuser" not in client.get("/healthz").content


@pytest.mark.parametrize("address", ["/", "/admin/", "/accounts/login/"])
def test_a_database_without_tables_gets_a_page_that_names_the_command(
    client, on_pages, styled, address
):
    forget_migrations()
    response = client.get(address)
    assert response.status_code == 503
    assert "python manage.py migrate" in response.content.decode()


def test_a_database_that_does_not_answer_leaves_the_answer_to_the_site(
    client, on_pages, set_up, monkeypatch
):
    def unreachable():
        raise OperationalError("connection refused")

    monkeypatch.setattr(local_setup, "has_tables", unreachable)
    monkeypatch.setattr(local_setup, "find_gaps", unreachable)
    response = client.get("/accounts/login/")
    assert (response.status_code, b"not set up" in response.content) == (200, False)


def test_the_commands_that_are_named_exist():
    for gap in local_setup.GAPS.values():
        name = gap.command.removeprefix("python manage.py ").split()[0]
        with pytest.raises(SystemExit) as left:
            call_command(name, "--help")
        assert left.value.code == 0
