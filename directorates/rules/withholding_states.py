"""The states of a past edition before the public, and the transitions between them, in one table. Pure."""

from dataclasses import dataclass

SHOWN = "shown"
ASKED_TO_WITHHOLD = "asked-to-withhold"
WITHHELD = "withheld"
ASKED_TO_SHOW = "asked-to-show"

#: The words of each state for staff.
WORDS = {
    SHOWN: "The public can read this version in the past of the site.",
    ASKED_TO_WITHHOLD: "Someone asked to withhold this version. Until a second person agrees, the public can read it.",
    WITHHELD: "This version is withheld from the public. Staff keep it.",
    ASKED_TO_SHOW: "Someone asked to show this version again. Until a second person agrees, it stays withheld.",
}
#: States in which a request waits for a second person.
WAITING = frozenset({ASKED_TO_WITHHOLD, ASKED_TO_SHOW})


@dataclass(frozen=True)
class Transition:
    """A transition with its conditions.

    `by_second_person` transitions are not open to the person who asked, unless a setting allows it.
    `changes_the_past` transitions change what the public can read.
    """

    name: str
    label: str
    done: str
    origin: str
    target: str
    by_second_person: bool = False
    needs_reason: bool = False

    @property
    def changes_the_past(self):
        return self.by_second_person


TRANSITIONS = {
    transition.name: transition
    for transition in (
        Transition(
            "ask-to-withhold",
            "Ask to withhold it from the public",
            "Asked to withhold from the public",
            SHOWN,
            ASKED_TO_WITHHOLD,
            needs_reason=True,
        ),
        Transition(
            "withhold",
            "Withhold it from the public now",
            "Withheld from the public",
            ASKED_TO_WITHHOLD,
            WITHHELD,
            by_second_person=True,
        ),
        Transition(
            "decline-withholding",
            "Leave it public",
            "Left public",
            ASKED_TO_WITHHOLD,
            SHOWN,
        ),
        Transition(
            "ask-to-show",
            "Ask to show it again",
            "Asked to show to the public again",
            WITHHELD,
            ASKED_TO_SHOW,
            needs_reason=True,
        ),
        Transition(
            "show-again",
            "Show it to the public again now",
            "Shown to the public again",
            ASKED_TO_SHOW,
            SHOWN,
            by_second_person=True,
        ),
        Transition(
            "keep-withheld",
            "Keep it withheld",
            "Kept withheld",
            ASKED_TO_SHOW,
            WITHHELD,
        ),
    )
}


def transitions_from(state):
    """Return the transitions that lead out of a state, in the order of the staff page."""
    return [transition for transition in TRANSITIONS.values() if transition.origin == state]
