import gc
import signal
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_migrate
from django.test import override_settings
from hypothesis import settings

from bin import kept_files
from tests import tools
from tests.append_only import lift_guards_while_flushing
from tests.clock import HARD_INSTANTS, set_clock

# A busy machine is no counterexample.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

#: The fixtures that give a test a database in pytest-django.
ASKS_FOR_DATABASE = {"db", "transactional_db", "live_server"}


@pytest.fixture(autouse=True, scope="session")
def _ctrl_c_reaches_commands():
    """Let commands that tests start hear of Ctrl+C. A shell starts programs in the background without it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_audit_trail():
    """Lift the audit trail's guards for the flush after a test that commits."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        lift_guards_while_flushing(monkeypatch)
        yield


@pytest.fixture(autouse=True, scope="session")
def _roles_are_there_after_a_flush():
    """Make the groups of the migrations again, whenever a test that commits has emptied the tables."""
    roles = {}

    def keep_or_make_roles(sender, **kwargs):
        if not roles:
            groups = Group.objects.prefetch_related("permissions__content_type")
            roles.update({g.name: [p.natural_key() for p in g.permissions.all()] for g in groups})
        elif not Group.objects.exists():
            for name, keys in roles.items():
                permissions = [Permission.objects.get_by_natural_key(*key) for key in keys]
                Group.objects.create(name=name).permissions.set(permissions)

    # Of all apps the last one: then every permission is there.
    last = [app for app in apps.get_app_configs() if app.models_module][-1]
    post_migrate.connect(keep_or_make_roles, sender=last)
    yield
    post_migrate.disconnect(keep_or_make_roles, sender=last)


def pytest_collection_finish():
    """Look for garbage less often, and not among the collected tests, which stay to the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_configure():
    """Give all processes of this run one folder of kept files, which the first process removes."""
    kept_files.folder()


def pytest_generate_tests(metafunc):
    """Run a test with the mark `at_hard_instants` once at each of these instants."""
    if metafunc.definition.get_closest_marker("at_hard_instants"):
        metafunc.parametrize("_clock", HARD_INSTANTS.values(), ids=HARD_INSTANTS, indirect=True)


@pytest.fixture(autouse=True)
def _clock(request, monkeypatch):
    instant = getattr(request, "param", None)
    if instant is not None:
        set_clock(monkeypatch, instant)


@pytest.fixture(autouse=True, scope="session")
def _fast_passwords():
    """Hash the passwords of test accounts with the fastest hasher."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session")
def keep_rows(django_db_setup, django_db_blocker):
    """Return a context for rows that stay until its end. No test changes them, because each test is rolled back.

    Use it in module fixtures for rows that take long to make. Each test gets its own copy of the objects:
    `copy.deepcopy`.
    """

    @contextmanager
    def keep():
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return keep


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Keep a test's uploads out of the site's own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _no_attempts_counted():
    """Clear the cache, which counts sign-ins and survey answers of earlier tests."""
    cache.clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Skip tests without their tool, after each folder has marked its tests. The drills, which take longest, come first.

    Tests of a module that makes rows get the database mark. Without a mark, a test that runs alone has no test
    database, and the rows would go into the developer's own.
    """
    items.sort(key=lambda item: "drills" not in item.path.parts)
    for item in items:
        has_database = item.get_closest_marker("django_db") or ASKS_FOR_DATABASE & {
            *item.fixturenames
        }
        if "django_db_setup" in item.fixturenames and not has_database:
            item.add_marker(pytest.mark.django_db)
    for name, sentence in tools.find_missing().items():
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=sentence))


def pytest_terminal_summary(terminalreporter):
    """Print the skipped tests, and the number of requests of the matrix of staff pages, roles and states."""
    for line in tools.describe_left_out(terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_line(line)
    made = sum(
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in getattr(report, "user_properties", ())
        if name == "staff_requests"
    )
    if made:
        terminalreporter.write_line(f"Staff addresses by role and state: {made:,} requests.")
