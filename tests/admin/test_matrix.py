"""Every staff address by every role in every state, on assigned records and on others.

The addresses come from the URL configuration, and an address without a rule fails. The tables of rules say what
a role may see and change. A write counts by its effect on the rows, not by the answer.
`tests/actions/test_role_matrix.py` calls every action in the same way, always in every combination. Of a record's
pages `make test` requests a share (`tests/share.py`).
"""

from collections.abc import Callable
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.urls import get_resolver, reverse
from django.utils import timezone

from directorates.actions import sharing
from directorates.actions.reviewing.review_reading import read_set
from directorates.admin.change_sets.shown_texts import reading_field
from directorates.rules.review_states import TRANSITIONS
from tests.admin.world import HELD, PEOPLE, READERS, STATES, WRITERS, Case, World
from tests.rows import rows
from tests.share import share

pytestmark = pytest.mark.django_db

#: States with unpublished changes outside a change set.
LOOSE = {"draft", "changed"}


@dataclass(frozen=True)
class Rule:
    """The roles that see a page (GET answers 200), and the roles for which a valid POST changes rows."""

    sees: Callable[[Case], bool] = lambda case: False
    changes: Callable[[Case], bool] = lambda case: False
    data: Callable[["World", Case], dict] = lambda world, case: {}


def may_read(case):
    return case.person in READERS


def never(case):
    return False


def edition_number(case):
    return 2 if case.state in ("scheduled", "closed") else 1


def was_published(case):
    return case.state != "draft"


def is_loose(case):
    """Whether there are unpublished changes outside a change set."""
    return case.state in LOOSE


def is_editable(case):
    return case.state != "in-review"


def changed_form(field, value):
    def data(world, case):
        model = case.record._meta.model_name
        posted = world.forms[model, case.state, case.is_own] | {field: value}
        # The data of the page opened last is saved.
        return posted | {"opened_version": str(case.record.version)}

    return data


def publish_data(world, case):
    return {
        "when": "now",
        "change_note": "",
        f"version-{case.record.pk}": str(case.record.version),
    }


def new_set(world, case):
    return {"title": "A new set"}


#: Pages of one record, by the end of their URL's name.
RECORD_RULES = {
    "change": Rule(
        may_read, lambda c: c.may_write() and is_editable(c), changed_form("position", "77")
    ),
    "history": Rule(may_read),
    "delete": Rule(
        lambda c: c.may_write() and c.state == "draft",
        lambda c: c.may_write() and c.state == "draft",
        lambda world, case: {"post": "yes"},
    ),
    "publish": Rule(Case.may_write, lambda c: c.may_write() and is_loose(c), publish_data),
    "edition": Rule(lambda c: may_read(c) and was_published(c)),
    # An empty form corrects nothing. The matrix of actions has who may.
    "correct": Rule(lambda c: c.may_write() and was_published(c)),
    "restore": Rule(
        changes=lambda c: c.may_write() and was_published(c) and is_editable(c),
        data=lambda world, case: {"version": str(case.record.version)},
    ),
    "discard": Rule(
        lambda c: c.may_write() and is_editable(c),
        lambda c: c.may_write() and c.state in ("changed", "open", "returned"),
        lambda world, case: {"version": str(case.record.version)},
    ),
    # Who only reads is seen too.
    "presence": Rule(changes=may_read),
    "withdraw": Rule(
        changes=lambda c: c.person == "Publisher" and c.state == "scheduled",
        data=lambda world, case: {"comment": "Not yet."},
    ),
    # The first version: of a closed unit it is past, of the others it is in force.
    "withholding": Rule(
        lambda c: c.person == "Publisher" and was_published(c),
        lambda c: c.person == "Publisher" and c.state == "closed",
        lambda world, case: {"step": "ask-to-withhold", "reason": "It names a person."},
    ),
    "upkeep": Rule(
        may_read,
        lambda c: (c.may_write() or c.may_review()) and was_published(c),
        lambda world, case: {
            "step": "review",
            "edition": str(2 if case.state == "closed" else 1),
            "last_review": "0",
            "note": "Compared.",
        },
    ),
}

#: Pages that only units have.
UNIT_RULES = {
    "people": Rule(may_read),
    "reopen": Rule(
        lambda c: c.may_write() and is_editable(c),
        lambda c: c.may_write() and c.state == "closed",
        lambda world, case: {"version": str(case.record.version)},
    ),
    "typed_preview": Rule(may_read),
    "close": Rule(
        lambda c: c.may_write() and is_editable(c),
        lambda c: c.may_write() and c.state in ("changed", "published"),
        lambda world, case: {"when": "now", "successors": [str(world.north.pk)]},
    ),
}

#: Pages of a list, requested with one record of each state chosen.
LIST_RULES = {
    "changelist": Rule(may_read),
    "into_set": Rule(Case.may_write, lambda c: c.may_write() and is_loose(c), new_set),
    "publish_selected": Rule(Case.may_write, lambda c: c.may_write() and is_loose(c), publish_data),
}

#: The same for lists of units only.
UNIT_LIST_RULES = {
    "move": Rule(
        Case.may_write,
        lambda c: c.may_write() and c.state not in HELD,
        lambda world, case: {"parent": str(world.targets[case.is_own].pk)},
    ),
    "close_selected": Rule(
        Case.may_write, lambda c: c.may_write() and c.state in ("changed", "published"), new_set
    ),
}

#: Actions on selected records of a list, and the roles for which they change rows.
LIST_ACTIONS = {
    "publish_selected": Rule(),
    # These actions lead to pages that ask first.
    "put_into_change_set": Rule(),
    "move_selected": Rule(),
    "close_selected": Rule(),
    "delete_selected": Rule(
        changes=lambda c: c.may_write() and c.state == "draft",
        data=lambda world, case: {"post": "yes"},
    ),
}

#: Pages of a change set with assigned records, or with others.
SET_RULES = {
    "change": Rule(
        may_read,
        lambda c: c.may_write() and c.state in ("open", "returned"),
        changed_form("title", "Another title"),
    ),
    "history": Rule(may_read),
    "delete": Rule(),
}

TRANSITION_RULES = {
    "submit": lambda c: c.may_write() and c.state in ("open", "returned"),
    "return": lambda c: c.may_review() and c.state == "in-review",
    "approve": lambda c: c.may_review() and c.state == "in-review",
    "withdraw": lambda c: c.may_review() and c.state == "scheduled",
    # Only for the author, and no role here is the author.
    "take-back": never,
    "discard": never,
}

PREVIEW_RULES = {
    "preview-unit": ("unit", may_read),
    "preview-overview": ("unit", may_read),
    "preview-set": ("changeset", may_read),
    "affected-pages": ("changeset", may_read),
}


@pytest.fixture(scope="module")
def kept_world(keep_rows):
    with keep_rows():
        yield World(reads_forms=True)


@pytest.fixture
def world(db, kept_world, settings):
    settings.AUTHORS_MAY_APPROVE = False
    return deepcopy(kept_world)


@contextmanager
def recorded_writes():
    """Collect the writing statements within the block."""
    writes = []

    def note(execute, sql, params, many, context):
        if not sql.lstrip("( ").upper().startswith(("SELECT", "SAVEPOINT", "RELEASE", "WITH")):
            writes.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield writes


class Findings:
    """The requests, and each answer that differs from the rules."""

    def __init__(self, world, person, record_property):
        self.world, self.person, self.record_property = world, person, record_property
        self.client = world.client(person)
        self.before = rows()
        self.asked, self.wrong = 0, []

    def look(self, address, expected, case=None, data=None):
        self.asked += 1
        status = self.client.get(address, data).status_code
        assert status < 500, address
        if (status == 200) != expected:
            self.note("GET", address, case, status)

    def write(self, address, data, expected, case=None):
        self.asked += 1
        with transaction.atomic():
            with recorded_writes() as writes:
                status = self.client.post(address, data).status_code
            # Most requests write nothing, so the rows need no comparison.
            has_changed = bool(writes) and rows() != self.before
            transaction.set_rollback(True)
        assert status < 500, address
        if has_changed != expected:
            self.note("POST", address, case, f"{status}, rows changed: {has_changed}")

    def note(self, method, address, case, answer):
        whose = f" ({case.state}, {'own' if case.is_own else 'foreign'})" if case else ""
        self.wrong.append(f"{self.person}: {method} {address}{whose}: {answer}")

    def report(self, what):
        self.record_property("staff_requests", self.asked)
        assert not self.wrong, f"{what}:\n" + "\n".join(self.wrong)


def list_rules_of(model):
    return LIST_RULES if model == "figure" else LIST_RULES | UNIT_LIST_RULES


def rules_of(model):
    return RECORD_RULES if model == "figure" else RECORD_RULES | UNIT_RULES


def admin_url(model, page, *args):
    return reverse(f"admin:directorates_{model}_{page}", args=args)


def cases(world, model, person, states=STATES):
    for state in states:
        for is_own in (True, False):
            if model == "changeset":
                record = world.sets[state, is_own]
            else:
                record = world.records[model, state, is_own]
            if record is not None:
                yield Case(record, state, is_own, person)


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("model", "states"),
    [
        ("office", STATES),
        ("figure", STATES),
        # The same class as for offices, under other addresses.
        ("unit", ["changed", "scheduled"]),
        ("directorate", ["changed", "scheduled"]),
        ("agency", ["changed", "scheduled"]),
    ],
)
def test_pages_of_a_record(world, person, model, states, record_property):
    findings = Findings(world, person, record_property)
    role = PEOPLE.index(person)
    all_cases = cases(world, "figure" if model == "figure" else "unit", person, states)
    for place, case in enumerate(all_cases):
        for page, rule in share(rules_of(model).items(), role, place, of=5):
            args = [case.record.pk]
            if page in ("edition", "restore", "withdraw"):
                args.append(edition_number(case))
            elif page == "withholding":
                args.append(1)
            address = admin_url(model, page, *args)
            # Lists of other kinds lead to the form of the unit's kind.
            leads_on = page == "change" and model not in ("office", "figure")
            findings.look(address, rule.sees(case) and not leads_on, case)
            findings.write(address, rule.data(world, case), rule.changes(case), case)
        for action, rule in share(LIST_ACTIONS.items(), role, place, of=5):
            data = rule.data(world, case) | {
                "action": action,
                "_selected_action": [str(case.record.pk)],
            }
            is_listed = model not in ("directorate", "agency")
            may_change = rule.changes(case) and is_listed
            findings.write(admin_url(model, "changelist"), data, may_change, case)
        for page, rule in share(list_rules_of(model).items(), role, place, of=3):
            address = (
                f"{admin_url(model, page)}?ids={case.record.pk}"
                if page != "changelist"
                else admin_url(model, page)
            )
            findings.look(address, rule.sees(case), case)
            findings.write(address, rule.data(world, case), rule.changes(case), case)
    findings.report(f"pages of a {model}")


@pytest.mark.parametrize("person", PEOPLE)
def test_pages_of_a_change_set(world, person, record_property):
    findings = Findings(world, person, record_property)
    for case in cases(world, "changeset", person):
        for page, rule in SET_RULES.items():
            address = admin_url("changeset", page, case.record.pk)
            findings.look(address, rule.sees(case), case)
            findings.write(address, rule.data(world, case), rule.changes(case), case)
        address = admin_url("changeset", "transition", case.record.pk)
        findings.look(address, expected=False, case=case)
        for transition, may_make in TRANSITION_RULES.items():
            data = {"transition": transition, "comment": "So.", "version": str(case.record.version)}
            data["reviewed"] = reading_field(read_set(case.record, at=timezone.now()))
            findings.write(address, data, may_make(case), case)
    findings.report("pages of a change set")


@pytest.mark.parametrize("person", PEOPLE)
def test_previews(world, person, record_property):
    findings = Findings(world, person, record_property)
    role = PEOPLE.index(person)
    for number, (page, (model, may_see)) in enumerate(PREVIEW_RULES.items()):
        for case in share(cases(world, model, person), role, number, of=3):
            address = reverse(f"directorates:{page}", args=[case.record.pk])
            findings.look(address, may_see(case), case)
            findings.write(address, {}, expected=False, case=case)
    findings.report("previews")


@pytest.mark.parametrize("person", PEOPLE)
def test_links_are_made_by_who_works_on_the_whole_set(world, person, record_property):
    """A link shows the set to outsiders, so it takes the right to change or to approve the complete set."""
    findings = Findings(world, person, record_property)
    for case in cases(world, "changeset", person):
        may_share = case.may_write() or case.may_review()
        address = admin_url("changeset", "share", case.record.pk)
        findings.look(address, expected=False, case=case)
        findings.write(address, {"for_whom": "Counsel", "days": "3"}, may_share, case)
        link, _ = sharing.share(
            change_set=case.record, for_whom="X", days=1, by=None, at=timezone.now()
        )
        findings.before = rows()
        revoke = admin_url("changeset", "revoke", case.record.pk, link.pk)
        findings.look(revoke, expected=False, case=case)
        findings.write(revoke, {}, may_share, case)
    findings.report("links of change sets")


def test_every_transition_has_a_rule():
    assert set(TRANSITION_RULES) == set(TRANSITIONS)


EVERY_STAFF = {"nobody", *READERS}

#: Pages without a governed record, and the roles that see them.
OTHER_PAGES = [
    ("admin:index", [], EVERY_STAFF),
    ("admin:app_list", ["directorates"], READERS),
    ("admin:app_list", ["auth"], {"Administrator"}),
    ("admin:jsi18n", [], EVERY_STAFF),
    ("admin:password_change", [], EVERY_STAFF),
    ("admin:password_change_done", [], EVERY_STAFF),
    ("admin:calendar", [], READERS),
    ("admin:help", [], EVERY_STAFF),
    ("admin:tree", [], READERS),
    ("admin:check", [], READERS),
    ("admin:search", [], READERS),
    ("admin:roles", [], EVERY_STAFF),
    ("admin:session", [], EVERY_STAFF),
    ("admin:paste", [], set()),
    ("admin:references", [], READERS),
    # Without a token or a record, nothing is found.
    ("admin:reference_choices", [], set()),
    ("admin:reference_words", [], READERS),
    ("admin:upkeep", [], READERS),
    ("admin:withholding", [], {"Publisher"}),
    ("directorates:preview-choose-instant", [], set()),
    ("directorates:preview-instant", ["instant"], READERS),
    ("admin:directorates_auditentry_changelist", [], set()),
    ("admin:audit", [], {"Publisher", "Administrator"}),
    ("admin:audit_csv", [], {"Publisher", "Administrator"}),
    ("admin:audit_json-lines", [], {"Publisher", "Administrator"}),
    ("admin:directorates_unit_order", [], WRITERS),
    ("admin:directorates_unit_changelist", [], READERS),
    ("admin:directorates_unit_add", [], set()),
    ("admin:directorates_agency_add", [], set()),
    ("admin:directorates_office_add", [], WRITERS),
    ("admin:directorates_directorate_add", [], WRITERS),
    ("admin:directorates_figure_add", [], WRITERS),
    ("admin:directorates_changeset_changelist", [], READERS),
    ("admin:directorates_changeset_add", [], WRITERS),
    ("admin:directorates_responsibility_changelist", [], READERS),
    ("admin:directorates_responsibility_add", [], WRITERS),
    ("admin:directorates_responsibility_change", ["responsibility"], READERS),
    ("admin:directorates_responsibility_history", ["responsibility"], READERS),
    ("admin:directorates_responsibility_delete", ["responsibility"], {"Publisher"}),
    ("admin:directorates_sitesettings_changelist", [], set()),
    ("admin:directorates_sitesettings_add", [], set()),
    ("admin:directorates_sitesettings_change", [1], {"Administrator"}),
    ("admin:directorates_sitesettings_history", [1], {"Administrator"}),
    ("admin:directorates_sitesettings_delete", [1], set()),
    ("admin:directorates_surveyresponse_changelist", [], {"Publisher", "Administrator"}),
    ("admin:directorates_surveyresponse_export", [], {"Publisher", "Administrator"}),
    ("admin:directorates_surveyresponse_add", [], set()),
    ("admin:directorates_surveyresponse_change", ["answer"], {"Publisher", "Administrator"}),
    ("admin:directorates_surveyresponse_history", ["answer"], {"Publisher", "Administrator"}),
    ("admin:directorates_surveyresponse_delete", ["answer"], set()),
    ("admin:auth_user_changelist", [], {"Administrator"}),
    ("admin:auth_user_add", [], {"Administrator"}),
    ("admin:auth_user_invite", [], {"Administrator"}),
    # The author has a right that administrators lack.
    ("admin:auth_user_invitation", ["user"], set()),
    ("admin:auth_user_change", ["user"], {"Administrator"}),
    ("admin:auth_user_history", ["user"], {"Administrator"}),
    ("admin:auth_user_delete", ["user"], set()),
    # The author has a right that administrators lack. test_account_matrix tests the other accounts.
    ("admin:auth_user_password_change", ["user"], set()),
    ("admin:auth_group_changelist", [], {"Administrator"}),
    ("admin:auth_group_add", [], set()),
    ("admin:auth_group_change", ["group"], {"Administrator"}),
    ("admin:auth_group_history", ["group"], {"Administrator"}),
    ("admin:auth_group_delete", ["group"], set()),
]

#: Pages left out, each with the reason.
ELSEWHERE = {
    "admin:login": "leads to the sign-in (test_signin)",
    "admin:logout": "ends a session (test_signin)",
    "admin:autocomplete": "test_autocomplete_offers_no_foreign_place",
    "admin:directorates_changeset_transition": "TRANSITION_RULES",
    "admin:directorates_changeset_remark": "tests/actions/test_role_matrix.py",
    "admin:directorates_changeset_open_again": "tests/actions/test_role_matrix.py",
    "admin:directorates_changeset_share": "test_links_are_made_by_who_works_on_the_whole_set",
    "admin:directorates_changeset_revoke": "test_links_are_made_by_who_works_on_the_whole_set",
    "directorates:preview-set-page": "the same view as directorates:preview-set",
    "directorates:preview-instant-page": "the same view as directorates:preview-instant",
    "directorates:shared-preview": "for people without an account (test_shared_preview)",
    "directorates:shared-preview-page": "for people without an account (test_shared_preview)",
    "directorates:shared-previews": "for people without an account (test_shared_preview)",
}


@pytest.mark.parametrize("person", PEOPLE)
def test_other_pages(world, person, record_property):
    findings = Findings(world, person, record_property)
    for name, args, people in OTHER_PAGES:
        args = [world.named.get(arg, arg) for arg in args]
        args = [getattr(arg, "pk", arg) for arg in args]
        address = reverse(name, args=args)
        findings.look(address, person in people)
        # No page changes anything without the data of its form.
        findings.write(address, {}, expected=False)
    findings.report("other pages")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("is_own", [True, False])
def test_new_records_come_under_own_units_only(world, person, is_own, record_property):
    findings = Findings(world, person, record_property)
    place = world.north if is_own else world.south
    case = Case(place, "new", is_own, person)
    unit = {
        "name": "New",
        "slug": "new",
        "kind": "office",
        "position": "9",
        "parent": str(place.pk),
    }
    figure = {
        "identifier": "new", "unit": str(place.pk), "position": "1", "value": "3",
        "qualifier": "exactly", "counts": "things", "source": "A count",
    }  # fmt: skip
    findings.write(reverse("admin:directorates_office_add"), unit, case.may_write(), case)
    findings.write(reverse("admin:directorates_figure_add"), figure, case.may_write(), case)
    findings.report("forms of new records")


@pytest.mark.parametrize("person", PEOPLE)
def test_autocomplete_offers_no_foreign_place(world, person):
    for unit, people in ((world.south, {"Publisher"}), (world.north, READERS - {"Administrator"})):
        query = {
            "app_label": "directorates",
            "model_name": "unit",
            "field_name": "parent",
            "term": unit.name,
        }
        response = world.client(person).get(reverse("admin:autocomplete"), query)
        if person not in READERS:
            assert response.status_code in (302, 403)
            continue
        offered = [int(found["id"]) for found in response.json()["results"]]
        assert (unit.pk in offered) == (person in people)


def staff_url_names(resolver=None, namespaces=()):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from staff_url_names(pattern, inner)
        elif pattern.name:
            yield ":".join((*namespaces, pattern.name))


def test_every_staff_address_has_a_rule():
    ruled = {name for name, _, _ in OTHER_PAGES} | set(ELSEWHERE)
    ruled |= {f"directorates:{page}" for page in PREVIEW_RULES}
    ruled |= {f"admin:directorates_changeset_{page}" for page in SET_RULES}
    for model in ("unit", "agency", "directorate", "office", "figure"):
        ruled |= {
            f"admin:directorates_{model}_{page}"
            for page in (*rules_of(model), *list_rules_of(model))
        }
    staff = {
        name
        for name in staff_url_names()
        if name.startswith("admin:") or (name.startswith("directorates:") and is_staff_page(name))
    }
    assert staff - ruled == set(), "give these addresses a rule"


def is_staff_page(name):
    return "preview" in name or "affected" in name
