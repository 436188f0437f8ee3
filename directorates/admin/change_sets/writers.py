"""Texts for a reviewer: who wrote and submitted a change set, and how much of it is withdrawn."""

from dataclasses import dataclass, replace

from directorates.admin.wording import moment, person, short_day
from directorates.queries.staff import contributors


@dataclass(frozen=True)
class MadeEdition:
    """An edition that a set made, as a line of the set's page."""

    label: str
    url: str
    #: For example "withdrawn on March 2, 2026"; '' if it is not withdrawn.
    withdrawn: str
    writers: str


def name_writers(hands):
    """Return who wrote the records of these hands, each with the day of their last change."""
    latest = {}
    for hand in hands:
        if hand.record is not None:
            latest[hand.person] = max(hand.at, latest.get(hand.person, hand.at))
    return ", ".join(
        f"{person(writer)} ({short_day(latest[writer])})"
        for writer in contributors.writers_of(hands)
    )


def name_submitters(hands):
    people = dict.fromkeys(hand.person for hand in hands if hand.did == "submit")
    return ", ".join(map(person, people))


def with_writers(publications, hands):
    of_record = contributors.by_record(hands)
    return [
        replace(publication, writers=name_writers(of_record[publication.record]))
        for publication in publications
    ]


def made_edition(edition, url, hands):
    """Return the line of an edition. `hands` are those of its record."""
    return MadeEdition(
        label=f"{edition.record}, published version {edition.number}",
        url=url,
        withdrawn=f"withdrawn on {moment(edition.withdrawn_at)}" if edition.withdrawn_at else "",
        writers=name_writers(hands),
    )


def state_label_of(change_set, *, made, withdrawn):
    """Return a set's state, with a note if it was self-approved or partly withdrawn."""
    label = change_set.get_state_display()
    if change_set.is_self_approved:
        label += ", self-approved"
    if change_set.state == change_set.State.APPROVED and withdrawn:
        label += f", {withdrawn} of {made} published versions withdrawn"
    return label
