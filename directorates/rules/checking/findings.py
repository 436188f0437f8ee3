"""What the consistency check finds, and where. Pure."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from directorates.rules.content.references import Reference


class Kind(StrEnum):
    TYPED_FIGURE = "typed-figure"
    WRONG_FIGURE = "wrong-figure"
    OLD_NAME = "old-name"
    CLOSED_UNIT = "closed-unit"
    FORMER_HEAD = "former-head"
    WRONG_COUNT = "wrong-count"
    WRONG_TABLE = "wrong-table"
    UNKNOWN_ACRONYM = "unknown-acronym"
    LONG_SENTENCE = "long-sentence"
    HARD_TO_READ = "hard-to-read"
    DEAD_LINK = "dead-link"

    @property
    def label(self):
        return _LABELS[self]

    @property
    def contradicts(self):
        """Whether the words contradict a record. The other kinds are untidy, not untrue."""
        return self in _CONTRADICTIONS


_LABELS = {
    Kind.TYPED_FIGURE: "Numbers typed although there is a figure",
    Kind.WRONG_FIGURE: "Numbers that contradict a figure",
    Kind.OLD_NAME: "Names that a unit no longer has",
    Kind.CLOSED_UNIT: "Closed units",
    Kind.FORMER_HEAD: "Heads who have left",
    Kind.WRONG_COUNT: "Counts that the records contradict",
    Kind.WRONG_TABLE: "Tables that the records contradict",
    Kind.UNKNOWN_ACRONYM: "Acronyms that are not introduced",
    Kind.LONG_SENTENCE: "Long sentences",
    Kind.HARD_TO_READ: "Texts that are hard to read",
    Kind.DEAD_LINK: "Links that lead nowhere",
}
_CONTRADICTIONS = frozenset(
    {
        Kind.WRONG_FIGURE,
        Kind.OLD_NAME,
        Kind.CLOSED_UNIT,
        Kind.FORMER_HEAD,
        Kind.WRONG_COUNT,
        Kind.WRONG_TABLE,
    }
)


@dataclass(frozen=True)
class TextPlace:
    """The field of a record. `record` is its model's label and its key; `unit` identifies the unit it belongs to."""

    record: tuple[str, int]
    field: str
    label: str
    owner: str
    unit: str = ""
    is_rich: bool = False
    #: Whether only the draft says so, and not what the public reads.
    is_draft: bool = False


@dataclass(frozen=True)
class Finding:
    """Words of a text that are worth mending.

    `about` identifies the record that the words are about, or is ''. `instead` is the reference that a click puts in
    the place of `found`, or None. `nth`: how often the text has the same words before, as in “OPR was its name. Ask OPR.”
    """

    kind: Kind
    place: TextPlace
    found: str
    right: str
    advice: str
    about: str = ""
    instead: Reference | None = None
    nth: int = 0

    @cached_property
    def key(self):
        """A name for the finding that stays the same while its words are found in the same field."""
        parts = (*map(str, self.place.record), self.place.field, self.kind, self.found, self.about)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def hash_of(words):
    """Return the hash of a stored text, by which a waiver knows that the text is the same."""
    return hashlib.sha256(words.encode()).hexdigest()
