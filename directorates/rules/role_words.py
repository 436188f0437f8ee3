"""What permissions let a person do, in words. Pure.

The words are made from the permissions themselves. A line is said only of a role that has every permission of the
line. Permissions that no line covers are named one by one, so the words never say more or less than is true.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A thing that staff do: the heading that it stands under, its line, and the permissions that it takes."""

    heading: str
    line: str
    permissions: frozenset
    #: The line in the middle of a sentence, for the tasks that tell roles apart.
    short: str = ""


def _task(heading, line, permissions, short=""):
    return Task(heading, line, frozenset(permissions.split()), short)


READ, WRITE, REVIEW, PUBLISH, PEOPLE, SITE = (
    "Reading",
    "Writing",
    "Review",
    "Publishing",
    "Colleagues",
    "The site",
)

_EVERYWHERE = "directorates.work_on_every_unit"

TASKS = (
    _task(
        READ,
        "Reads drafts, published versions, change sets and what is scheduled, of every unit",
        "directorates.view_unit directorates.view_unitedition directorates.view_figure"
        " directorates.view_responsibility directorates.view_changeset",
    ),
    _task(
        WRITE,
        "Writes drafts of units and figures",
        "directorates.add_unit directorates.change_unit directorates.add_figure directorates.change_figure",
        "writes drafts",
    ),
    _task(
        WRITE,
        "Deletes drafts that were never published",
        "directorates.delete_unit directorates.delete_figure",
    ),
    _task(
        WRITE,
        "Adds and changes responsibilities",
        "directorates.add_responsibility directorates.change_responsibility",
    ),
    _task(WRITE, "Deletes responsibilities", "directorates.delete_responsibility"),
    _task(
        WRITE,
        "Puts changes into change sets and submits them for review",
        "directorates.add_changeset directorates.change_changeset",
        "submits changes for review",
    ),
    _task(
        REVIEW,
        "Approves, returns and withdraws the change sets of others",
        "directorates.approve_changeset",
        "approves or returns what others submitted",
    ),
    _task(
        PUBLISH,
        "Publishes, schedules and closes units and figures, once a second person agrees",
        "directorates.publish_unit directorates.publish_figure",
        "publishes",
    ),
    _task(PUBLISH, "Works on every unit, without an assignment", _EVERYWHERE),
    _task(
        PEOPLE,
        "Adds colleagues and changes their accounts",
        "auth.add_user auth.change_user auth.view_user",
        "adds colleagues",
    ),
    _task(
        PEOPLE,
        "Decides who works on which units",
        "directorates.add_unitassignment directorates.change_unitassignment"
        " directorates.delete_unitassignment directorates.view_unitassignment",
        "decides who works on which units",
    ),
    _task(PEOPLE, "Deletes accounts that have done nothing yet", "auth.delete_user"),
    _task(PEOPLE, "Reads which roles there are", "auth.view_group"),
    _task(
        PEOPLE,
        "Adds, changes and deletes roles",
        "auth.add_group auth.change_group auth.delete_group",
        "changes what roles may do",
    ),
    _task(PEOPLE, "Reads who did what, in the audit trail", "directorates.view_auditentry"),
    _task(
        SITE,
        "Changes the settings of the site",
        "directorates.add_sitesettings directorates.change_sitesettings directorates.view_sitesettings",
        "changes the settings of the site",
    ),
    _task(SITE, "Reads what visitors answered in the survey", "directorates.view_surveyresponse"),
)

#: Rights over content: the codes of the permissions, and what their lack is called.
_CONTENT = (
    (
        "write",
        tuple(
            f"{task}_{kind}"
            for task in ("add", "change", "delete")
            for kind in ("unit", "figure", "responsibility")
        ),
    ),
    ("approve", ("approve_changeset",)),
    ("publish", ("publish_unit", "publish_figure")),
)

#: Everything that somebody may do with units.
CONTENT_WORDS = tuple(word for word, _ in _CONTENT)


def lines_of(permissions):
    """Return ([(heading, its lines)], the permissions that no line covers). Permissions are "app.codename"."""
    held = [task for task in TASKS if task.permissions <= permissions]
    headings = dict.fromkeys(task.heading for task in held)
    groups = [
        (heading, [task.line for task in held if task.heading == heading]) for heading in headings
    ]
    covered = frozenset().union(*(task.permissions for task in held))
    return groups, permissions - covered


def sentences_of(permissions):
    """Return two sentences: what a role does, and what it does not, with the units that it reaches."""
    does = [task.short for task in TASKS if task.short and task.permissions <= permissions]
    if not does:
        is_reading = all(name.partition(".")[2].startswith("view_") for name in permissions)
        does = ["changes nothing" if is_reading else "has single permissions, and no usual task"]
    first = _listed(does, "and")
    has = content_words(permissions)
    lacks = [word for word, _ in _CONTENT if word not in has]
    parts = [f"does not {_listed(lacks, 'or')}"] if lacks else []
    if has:
        is_everywhere = _EVERYWHERE in permissions
        parts.append("works on every unit" if is_everywhere else "works only on assigned units")
    second = f"{', and '.join(parts)}."
    return f"{first[:1].upper()}{first[1:]}.", f"{second[:1].upper()}{second[1:]}"


def works_on_assigned_units(permissions):
    """Whether a role changes or decides anything that belongs to a unit, and only on assigned units."""
    return bool(content_words(permissions)) and _EVERYWHERE not in permissions


def content_words(permissions):
    """Return what somebody may do with the units of this person: some of "write", "approve" and "publish"."""
    return [
        word
        for word, codes in _CONTENT
        if any(f"directorates.{code}" in permissions for code in codes)
    ]


def _listed(words, last):
    """Return "a", "a and b" or "a, b and c", with `last` as the last joint."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
