"""Calls of every action with `by=`, on records of one part of the organization.

`prepare(place, person)` makes the rows that the action needs under the unit `place`, without a person. It
returns the arguments except `by` and `at`.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from django.db import transaction

from directorates import actions
from directorates.actions import sharing, withholding
from directorates.actions.refusals import NotAllowedError, PublishingError
from directorates.actions.reviewing import corrections, remarking, reviewing
from directorates.models import (
    ChangeSet,
    Figure,
    Responsibility,
    SiteSettings,
    SurveyResponse,
    Unit,
)
from directorates.queries.staff import content_check
from directorates.rules.checking.findings import Finding, Kind, TextPlace
from directorates.rules.content.references import CountReference
from tests.factories import (
    DAY,
    NOON,
    changed,
    make_figure,
    make_name,
    make_responsibility,
    make_unit,
    make_user,
    published,
    set_survey,
)
from tests.rows import rows

_numbers = count(1)

#: The scope of an action. UNITS: the units assigned to the person. EVERYTHING: people who work on every unit.
#: NONE: it belongs to no unit.
UNITS, EVERYTHING, NONE = "units", "everything", "none"


@dataclass(frozen=True)
class Call:
    """A call of an action. `needs` are the required permissions: one codename of each entry."""

    prepare: Callable
    needs: tuple[set, ...]
    scope: str = UNITS


def find_modules():
    """Return {last part of the name: module} of the actions' modules."""
    found = pkgutil.walk_packages(actions.__path__, f"{actions.__name__}.")
    names = [module.name for module in found if not module.ispkg]
    modules = {name.rpartition(".")[2]: importlib.import_module(name) for name in names}
    assert len(modules) == len(names)
    return modules


MODULES = find_modules()


def run(name, arguments, *, by, at=NOON + DAY):
    module, _, function = name.partition(".")
    return getattr(MODULES[module], function)(**arguments, by=by, at=at)


def find_gap(call, person, place, *, is_allowed, at=NOON + DAY):
    """Call an action and roll it back; return the fault of the answer, or ''."""
    name, how = call
    with transaction.atomic():
        arguments = how.prepare(place, person)
        before = rows()
        try:
            with transaction.atomic():
                run(name, arguments, by=person, at=at)
        except PublishingError as error:
            answer = error
        except Exception as error:
            # Loading a file raises another error class.
            answer = error.__context__ if isinstance(error.__context__, NotAllowedError) else error
        else:
            answer = None
        has_written = rows() != before
        transaction.set_rollback(True)
    if is_allowed:
        return "" if answer is None and has_written else f"refused, or wrote nothing: {answer!r}"
    if has_written:
        return "it wrote"
    return "" if isinstance(answer, NotAllowedError) and str(answer) else f"answered {answer!r}"


def find_all():
    """Yield "module.function" of each public action with `by=`."""
    for module, loaded in MODULES.items():
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            is_own = inspect.unwrap(function).__module__ == loaded.__name__
            if (
                is_own
                and not name.startswith("_")
                and "by" in inspect.signature(function).parameters
            ):
                yield f"{module}.{name}"


def unit_of(place):
    return published(make_unit(parent=place))


def finding_in(unit):
    """Return a finding of the consistency check in the overview of a unit."""
    place = TextPlace(
        ("directorates.unit", unit.pk), "overview", "overview", unit.name, is_rich=True
    )
    instead = CountReference("office", unit.identifier)
    return Finding(Kind.WRONG_COUNT, place, "Five", "no offices", "Mend it.", "", instead)


def mendable_finding_in(place):
    """Return what the consistency check finds in a unit's text: a number that contradicts the figure of `place`."""
    published(make_figure(unit=place, value=8700, counts="employees"))
    text = f"<p>{place.name} has 9,500 employees.</p>"
    unit = published(make_unit(parent=place, overview=text))
    (finding,) = content_check.check_records([unit], at=NOON).findings
    return finding


def draft_of(place):
    return changed(unit_of(place), name=f"Renamed {make_name()}")


def figure_draft_of(place):
    return changed(published(make_figure(unit=place)), counts="other examples")


def discarded_set(place):
    """Return a discarded set. Its author is nobody the test knows."""
    author = make_user()
    made = reviewing.create(title="A set", records=[draft_of(place)], by=author, at=NOON)
    reviewing.discard(change_set=made, by=author, at=NOON)
    return made


def correction_of(place):
    return {"record": unit_of(place), "fields": {"phone": "202-555-0199"}, "number": 1}


def correction_set(place):
    return corrections.submit(**correction_of(place), by=None, at=NOON)


def set_of(place, *, author=None, state="open", records=None):
    made = reviewing.create(
        title="A set",
        records=[draft_of(place), figure_draft_of(place)] if records is None else records,
        by=None,
        at=NOON,
        effective_from=NOON + 2 * DAY if state == "approved" else None,
    )
    if state != "open":
        reviewing.submit(change_set=made, by=None, at=NOON)
    if state == "approved":
        reviewing.approve(change_set=made, by=None, at=NOON)
    ChangeSet.objects.filter(pk=made.pk).update(author=author)
    return ChangeSet.objects.get(pk=made.pk)


def _scheduled(place):
    draft = draft_of(place)
    published(draft, effective_from=NOON + 2 * DAY)
    return draft.editions.latest("number")


def _retitled(change_set):
    change_set.title = "Another title"
    return {"change_set": change_set}


def _summarized(record, field):
    record = type(record).objects.get(pk=record.pk)
    setattr(record, field, "Other words")
    return {"record": record, "relations": {}, "expected_version": record.version}


def _link(place, person):
    change_set = set_of(place, author=person)
    link, _ = sharing.share(change_set=change_set, for_whom="X", days=1, by=None, at=NOON)
    return {"link": link}


def _old_edition(place, person):
    draft = draft_of(place)
    return {"edition": draft.editions.get(), "expected_version": draft.version}


def _past_edition(place, *steps):
    """Return a past edition that took these steps toward being withheld."""
    unit = unit_of(place)
    published(changed(unit, name=f"Corrected {make_name()}"), at=NOON + timedelta(hours=1))
    edition = unit.editions.get(number=1)
    for step in steps:
        step(edition=edition, reason="It names a person.", by=None, at=NOON + timedelta(hours=2))
    return edition


def _withholding(*steps, **arguments):
    return Call(
        lambda place, person: {"edition": _past_edition(place, *steps)} | arguments,
        ({"publish_unit"},),
    )


def _closing(place, person):
    closing_unit = unit_of(place)
    published(make_unit(parent=closing_unit))
    return {"unit": closing_unit, "successors": [place], "children_to": place}


def _used_matter(place, person):
    matter = make_responsibility()
    published(make_unit(parent=place, responsibilities=[matter]))
    matter.synonyms = ["another word"]
    return {"responsibility": matter}


def _answer(place, person):
    return {
        "responses": [
            SurveyResponse.objects.create(
                submission_id=f"0b4bd9d2-9e0a-4f6e-9d38-2f5f7a1e{next(_numbers):04}",
                submitted_at=NOON,
                trust=4,
            )
        ]
    }


def _settings(place, person):
    set_survey()
    settings = SiteSettings.objects.load()
    settings.heading = "Another heading"
    return {"settings": settings}


def _closed(place):
    return changed(unit_of(place), is_closed=True)


def _in_review(place, person):
    return {"change_set": set_of(place, state="in-review"), "comment": "Why?"}


def _remarked(place, person):
    change_set = set_of(place, records=[draft_of(place)])
    return {"change_set": change_set, "record": change_set.units.get(), "words": "Is it right?"}


def _remark(place):
    return {"remark": remarking.remark(**_remarked(place, None), by=None, at=NOON)}


CHANGE = ({"change_unit"}, {"change_figure"})
PUBLISH = ({"publish_unit"}, {"publish_figure"})
CHANGE_SET = ({"change_changeset"},)
#: The permission to change or to publish allows a submission.
SUBMIT = ({"change_unit", "publish_unit"}, {"change_figure", "publish_figure"})
APPROVE = ({"approve_changeset"},)
REMARK = ({"change_unit", "publish_unit", "approve_changeset"},)
SHARE = ({"change_changeset", "approve_changeset"}, {"view_changeset"})

CALLS = {
    "drafting.save": Call(
        lambda place, person: {
            "record": Unit(kind="office", name="New", slug="new", parent=place),
            "relations": {},
        },
        ({"add_unit"},),
    ),
    "drafting.delete": Call(
        lambda place, person: {"record": make_unit(parent=place)}, ({"delete_unit"},)
    ),
    "closing.draft": Call(_closing, ({"change_unit"},)),
    "closing.close": Call(_closing, ({"publish_unit"},)),
    "ordering.set_positions": Call(
        lambda place, person: {
            "positions": {(unit := unit_of(place)): 7},
            "versions": {unit: unit.version},
        },
        ({"change_unit"},),
    ),
    "moving.move": Call(
        lambda place, person: {
            "units": [unit_of(place)],
            "parent": unit_of(place),
            "change_set": set_of(place, author=person, records=[]),
        },
        ({"change_unit"}, *CHANGE_SET),
    ),
    "publishing.publish": Call(
        lambda place, person: {"records": [draft_of(place), figure_draft_of(place)]}, PUBLISH
    ),
    "publishing.withdraw": Call(
        lambda place, person: {"editions": [_scheduled(place)]}, ({"publish_unit"},)
    ),
    "reviewing.withdraw_editions": Call(
        lambda place, person: {"editions": [_scheduled(place)], "comment": "Why?"},
        ({"publish_unit"},),
    ),
    "publishing.restore": Call(_old_edition, ({"change_unit"},)),
    "publishing.discard_draft": Call(
        lambda place, person: {"record": changed(unit_of(place), summary="A word changed.")},
        ({"change_unit"},),
    ),
    "closing.reopen": Call(
        lambda place, person: {"unit": _closed(place)},
        ({"change_unit"},),
    ),
    "withholding.ask_to_withhold": _withholding(reason="It names a person."),
    "withholding.withhold": _withholding(withholding.ask_to_withhold),
    "withholding.decline_withholding": _withholding(withholding.ask_to_withhold),
    "withholding.ask_to_show": _withholding(
        withholding.ask_to_withhold, withholding.withhold, reason="The name was public anyway."
    ),
    "withholding.show_again": _withholding(
        withholding.ask_to_withhold, withholding.withhold, withholding.ask_to_show
    ),
    "withholding.keep_withheld": _withholding(
        withholding.ask_to_withhold, withholding.withhold, withholding.ask_to_show
    ),
    "checking.waive": Call(
        lambda place, person: {
            "finding": finding_in(unit_of(place)),
            "words": "<p>Five of them.</p>",
            "reason": "It is a quotation.",
        },
        ({"change_unit"},),
    ),
    "checking.mend": Call(
        lambda place, person: {"finding": mendable_finding_in(place)},
        ({"change_unit"},),
    ),
    "upkeep.confirm": Call(
        lambda place, person: {"edition": unit_of(place).editions.get()},
        ({"change_unit", "publish_unit", "approve_changeset"},),
    ),
    "upkeep.plan": Call(
        lambda place, person: {"record": unit_of(place), "values": {"upkeep_months": 3}},
        ({"change_unit", "publish_unit"},),
    ),
    "reviewing.create": Call(
        lambda place, person: {"title": "A set", "records": [draft_of(place)]},
        ({"add_changeset"},),
    ),
    "reviewing.add": Call(
        lambda place, person: {
            "change_set": set_of(place, author=person),
            "records": [draft_of(place)],
        },
        CHANGE_SET,
    ),
    "reviewing.remove": Call(
        lambda place, person: {
            "change_set": (change_set := set_of(place, author=person)),
            "record": change_set.units.get(),
        },
        CHANGE_SET,
    ),
    "reviewing.save": Call(
        lambda place, person: _retitled(set_of(place, author=person)), CHANGE_SET
    ),
    "reviewing.add_note": Call(
        lambda place, person: {"change_set": set_of(place, author=person), "note": "More."},
        CHANGE_SET,
    ),
    "reviewing.submit": Call(
        lambda place, person: {"change_set": set_of(place, author=person)}, SUBMIT
    ),
    "reviewing.take_back": Call(
        lambda place, person: {"change_set": set_of(place, author=person, state="in-review")},
        SUBMIT,
    ),
    "reviewing.discard": Call(
        lambda place, person: {"change_set": set_of(place, author=person)}, SUBMIT
    ),
    "reviewing.return_to_author": Call(_in_review, APPROVE),
    "reviewing.approve": Call(_in_review, APPROVE),
    "reviewing.withdraw": Call(
        lambda place, person: {"change_set": set_of(place, state="approved"), "comment": "Why?"},
        APPROVE,
    ),
    "reviewing.submit_records": Call(
        lambda place, person: {"records": [draft_of(place), figure_draft_of(place)]}, SUBMIT
    ),
    "corrections.submit": Call(
        lambda place, person: correction_of(place), ({"change_unit", "publish_unit"},)
    ),
    "corrections.publish": Call(lambda place, person: correction_of(place), ({"publish_unit"},)),
    "correcting.correct": Call(
        lambda place, person: {"change_set": correction_set(place)},
        ({"publish_unit", "approve_changeset"},),
    ),
    "opening_again.open_again": Call(
        lambda place, person: {"change_set": discarded_set(place)}, ({"add_changeset"},)
    ),
    "reviewing.publish": Call(
        lambda place, person: {"records": [draft_of(place), figure_draft_of(place)]}, PUBLISH
    ),
    "remarking.remark": Call(_remarked, REMARK),
    "remarking.answer": Call(lambda place, person: _remark(place) | {"words": "Yes."}, REMARK),
    "remarking.tick_off": Call(lambda place, person: _remark(place), REMARK),
    "sharing.share": Call(
        lambda place, person: {
            "change_set": set_of(place, author=person),
            "for_whom": "Counsel",
            "days": 3,
        },
        SHARE,
    ),
    "sharing.revoke": Call(_link, SHARE),
    "responsibilities.find_or_make": Call(
        lambda place, person: {"written": [Responsibility(phrase="Permits for trees")]},
        ({"add_responsibility"},),
        NONE,
    ),
    "responsibilities.save": Call(_used_matter, ({"change_responsibility"},)),
    "responsibilities.delete": Call(
        lambda place, person: {"responsibility": make_responsibility()},
        ({"delete_responsibility"},),
        NONE,
    ),
    "site_settings.save": Call(_settings, ({"change_sitesettings"},), NONE),
    "survey.delete": Call(_answer, ({"delete_surveyresponse"},), NONE),
    "importing.load": Call(
        lambda place, person: {
            "content": b'format = 1\n[[responsibilities]]\nphrase = "Bonds"\n',
            "file_name": "bonds.toml",
        },
        (*PUBLISH, {"add_responsibility"}, {"change_responsibility"}),
        EVERYTHING,
    ),
}

#: Other calls of some actions, by name: the action and the call.
VARIANTS = {
    "drafting.save, a unit that is there": (
        "drafting.save",
        Call(
            lambda place, person: _summarized(unit_of(place), "summary"), ({"change_unit"},)
        ),
    ),
    "drafting.save, a figure that is there": (
        "drafting.save",
        Call(
            lambda place, person: _summarized(published(make_figure(unit=place)), "source"),
            ({"change_figure"},),
        ),
    ),
    "drafting.save, a new figure": (
        "drafting.save",
        Call(
            lambda place, person: {
                "record": Figure(
                    identifier="new", unit=place, value=3, counts="things", source="A count"
                ),
                "relations": {},
            },
            ({"add_figure"},),
        ),
    ),
    "upkeep.confirm, a figure": (
        "upkeep.confirm",
        Call(
            lambda place, person: {"edition": published(make_figure(unit=place)).editions.get()},
            ({"change_figure", "publish_figure", "approve_changeset"},),
        ),
    ),
    "drafting.delete, a figure": (
        "drafting.delete",
        Call(lambda place, person: {"record": make_figure(unit=place)}, ({"delete_figure"},)),
    ),
    "publishing.restore, a figure": (
        "publishing.restore",
        Call(
            lambda place, person: {"edition": figure_draft_of(place).editions.get()},
            ({"change_figure"},),
        ),
    ),
    "reviewing.save, with other records": (
        "reviewing.save",
        Call(
            lambda place, person: {
                "change_set": set_of(place, author=person),
                "records": [draft_of(place)],
            },
            CHANGE_SET,
        ),
    ),
    "reviewing.create, empty": (
        "reviewing.create",
        Call(lambda place, person: {"title": "A set"}, ({"add_changeset"},), NONE),
    ),
    "reviewing.save, an empty set": (
        "reviewing.save",
        Call(
            lambda place, person: _retitled(set_of(place, author=person, records=[])),
            CHANGE_SET,
            NONE,
        ),
    ),
    "responsibilities.save, a new one": (
        "responsibilities.save",
        Call(
            lambda place, person: {"responsibility": Responsibility(phrase="A matter")},
            ({"add_responsibility"},),
            NONE,
        ),
    ),
}  # fmt: skip

EVERY_CALL = {name: (name, call) for name, call in CALLS.items()} | VARIANTS

#: Functions that ask for no permission, each with the reason.
ASK_NOBODY = {
    "drafting.write": "a step: what closes, restores and saves has asked before",
    **dict.fromkeys(
        [
            "auditing.note",
            "auditing.note_deletion",
            "auditing.entry",
            "auditing_editions.note_publication",
            "auditing_editions.note_withdrawal",
            "auditing_editions.note_draft",
            "auditing_sets.add_step",
            "auditing_sets.record_step",
            "auditing_sets.note_release",
            "contributions.note_draft",
            "auditing_sets.record_typing",
            "auditing_sets.record_deletion",
            "mail_occasions.note",
            "mail_occasions.note_transition",
        ],
        "a step: it notes what an action does, within its transaction",
    ),
    "editions.insert_editions": "a step: what publishes and closes has asked before",
    "editions.insert_first_editions": "a step: loading a file has asked before",
    "transition.make_transition": "a step: it asks, and each transition is an action",
    "review_questions.refusal": "it asks, and writes nothing",
    "account_limits.require_permission": "it asks, and writes nothing",
    "account_limits.within_rights": "it asks, and writes nothing",
    **dict.fromkeys(
        [
            "accounts.save",
            "accounts.delete",
            "accounts.assign_units",
            "accounts.set_password",
            "accounts.require_enrollment",
            "inviting.invite",
            "inviting.renew",
        ],
        "accounts have rules of their own (tests/admin/test_account.py, tests/actions/test_inviting.py)",
    ),
}
