"""What became of a closed unit, and how many successors fit. Pure.

W3C ORG calls this a change event; the five outcomes are the ones that organization charts tell apart.
"""

REPLACED = "replaced"
MERGED = "merged"
SPLIT = "split"
RENAMED = "renamed"
NONE = "none"

#: {outcome: (least, most) number of successors}. Without an outcome, any number fits.
SUCCESSORS = {
    REPLACED: (1, 1),
    MERGED: (1, 1),
    SPLIT: (2, None),
    RENAMED: (1, 1),
    NONE: (0, 0),
}

#: The words before the successors on the page of a closed unit.
BEFORE_SUCCESSORS = {
    REPLACED: "It was replaced by",
    MERGED: "It was merged into",
    SPLIT: "It was split into",
    RENAMED: "It continues as",
    "": "What took its place:",
}
#: The words after “It closed”, or after its day, in place of successors.
WITHOUT_SUCCESSORS = {NONE: "without a successor"}

#: The words of a closing in a history, before the names of the successors.
IN_HISTORY = {
    REPLACED: "Closed; replaced by ",
    MERGED: "Closed; merged into ",
    SPLIT: "Closed; split into ",
    RENAMED: "Closed; continues as ",
    "": "Closed; its place was taken by ",
}

#: The words after a closed unit on the page of a successor. A day may follow.
AFTER_PREDECESSOR = {
    REPLACED: "replaced by it",
    MERGED: "merged into it",
    SPLIT: "split",
    RENAMED: "continued as it",
    "": "closed",
}

_WORDS = {
    REPLACED: "was replaced",
    MERGED: "was merged into another",
    SPLIT: "was split",
    RENAMED: "continued under another name",
    NONE: "closed without a successor",
}


def find_problem(outcome, successors):
    """Return a sentence if this number of successors does not fit the outcome, or ''."""
    least, most = SUCCESSORS.get(outcome, (0, None))
    if successors >= least and (most is None or successors <= most):
        return ""
    if most == 0:
        return f"A unit that {_WORDS[outcome]} names none. Remove the successors, or choose another outcome."
    wanted = "exactly one successor" if most == 1 else "two or more successors"
    return f"A unit that {_WORDS[outcome]} has {wanted}, not {successors or 'none'}. Choose the successors, or another outcome."
