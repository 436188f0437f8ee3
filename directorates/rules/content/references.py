"""References to records in stored text: to figures, to units, and to counts of units. Pure.

In rich text a reference is a `<span>` with data attributes; in plain text it is a token in braces:

    <span data-figure="workforce" data-form="more-than" data-digits="1">workforce</span>
    {figure workforce more-than 1}
    <span data-unit="opla" data-words="name-and-acronym" data-linked="yes">opla</span>
    {unit opla name-and-acronym}
    <span data-count="directorate" data-of="ice" data-role="operational">directorate of ice</span>
    {count directorate ice operational}

Readers see words that are computed for the instant of their page. The words inside a stored `<span>` are never
shown. `tidy` makes them the same for equal references, so a text differs only where a person changed it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape
from typing import ClassVar

from directorates.rules.content.number_phrases import MOST_DIGITS, Form

NAME, ACRONYM, NAME_AND_ACRONYM = "name", "acronym", "name-and-acronym"
UNIT_WORDS = (NAME, ACRONYM, NAME_AND_ACRONYM)
#: What a count counts: open units of a kind, or of both.
COUNTED = ("directorate", "office", "unit")
ROLES = ("operational", "supporting")
#: The attributes of a `<span>` that may be a reference.
ATTRIBUTES = frozenset(
    f"data-{name}"
    for name in ("figure", "form", "digits", "unit", "words", "linked", "count", "of", "role")
)

_IDENTIFIER = re.compile(r"[-a-zA-Z0-9_]{1,100}")
_SPAN = re.compile(r'<span((?:\s[^\s=>"]+="[^"]*")*)\s*>|</span>')
_ATTRIBUTE = re.compile(r'\s([^\s=>"]+)="([^"]*)"')
_BLOCK = re.compile(r"</?(?:p|h[1-6]|[uo]l|li|table|thead|tbody|tr|t[dh]|br)\b[^>]*>")
_BLOCK_INSIDE = re.compile(r"<(?:p|h[1-6]|[uo]l|li|table)\b")
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<(/?)a\b")
_TOKEN = re.compile(r"\{(figure|unit|count)\b([^{}]*)\}?")


@dataclass(frozen=True)
class FigureReference:
    """`is_number`: the number alone, without what it counts."""

    kind: ClassVar[str] = "figure"

    identifier: str
    form: Form
    digits: int | None = None
    is_number: bool = False

    @property
    def attributes(self):
        yield "figure", self.identifier
        yield "form", self.form.value
        if self.digits:
            yield "digits", str(self.digits)
        if self.is_number:
            yield "words", "number"

    @property
    def token(self):
        parts = ("figure", self.identifier, self.form, self.digits, self.is_number and "number")
        return f"{{{' '.join(str(part) for part in parts if part)}}}"

    @property
    def stored_words(self):
        return self.identifier


@dataclass(frozen=True)
class UnitReference:
    kind: ClassVar[str] = "unit"

    identifier: str
    words: str = NAME
    is_linked: bool = False

    @property
    def attributes(self):
        yield "unit", self.identifier
        yield "words", self.words
        yield "linked", "yes" if self.is_linked else "no"

    @property
    def token(self):
        return f"{{unit {self.identifier} {self.words}}}"

    @property
    def stored_words(self):
        return self.identifier


@dataclass(frozen=True)
class CountReference:
    """The number of open units of a kind at any level below the unit `identifier`. `role` is '' for any role."""

    kind: ClassVar[str] = "count"

    counted: str
    identifier: str
    role: str = ""

    @property
    def attributes(self):
        yield "count", self.counted
        yield "of", self.identifier
        if self.role:
            yield "role", self.role

    @property
    def token(self):
        return f"{{{' '.join(filter(None, ('count', self.counted, self.identifier, self.role)))}}}"

    @property
    def stored_words(self):
        return f"{self.counted} of {self.identifier}"


Reference = FigureReference | UnitReference | CountReference


@dataclass(frozen=True)
class Place:
    """Where a reference is in a text."""

    begins_sentence: bool
    is_in_link: bool = False


#: Returns the words, or the markup, that stand for a reference.
Write = Callable[[Reference, Place], str]


def markup_of(reference):
    """Return the stored markup of a reference."""
    attributes = "".join(f' data-{name}="{value}"' for name, value in reference.attributes)
    return f"<span{attributes}>{escape(reference.stored_words)}</span>"


def description_of(reference):
    """Return what a reference asks for, for staff: "figure workforce, more than, 1 digit"."""
    match reference:
        case FigureReference():
            digits = reference.digits and f"{reference.digits} digit{'s'[: reference.digits > 1]}"
            number = reference.is_number and "number only"
            parts = (f"figure {reference.identifier}", reference.form.words, digits, number)
        case UnitReference():
            linked = reference.is_linked and "linked"
            parts = (f"unit {reference.identifier}", reference.words.replace("-", " "), linked)
        case CountReference():
            parts = (f"count of {reference.counted}s of {reference.identifier}", reference.role)
    return ", ".join(filter(None, parts))


# Rich text


def read_span(attributes):
    """Return the reference of a span with these attributes, {name: value}, or None if they make none."""
    data = {name.removeprefix("data-"): value or "" for name, value in attributes.items()}
    if "figure" in data:
        parts = (
            data["figure"],
            data.get("form", ""),
            data.get("digits", ""),
            data.get("words", ""),
        )
        return _figure(*parts)
    if "unit" in data:
        return _unit(data["unit"], data.get("words", NAME), data.get("linked", "no"))
    if "count" in data:
        return _count(data["count"], data.get("of", ""), data.get("role", ""))
    return None


def tidy(html):
    """Return sanitized rich text with its references in their stored form, and without other spans.

    A span that is no reference, or that holds blocks, leaves its content. A span inside a reference is dropped.
    """
    if "<span" not in html:
        return html
    kept, position = [], 0
    for begin, end, attributes, inner in _outer_spans(html):
        reference = read_span(attributes)
        words = (
            markup_of(reference) if reference and not _BLOCK_INSIDE.search(inner) else tidy(inner)
        )
        kept += [html[position:begin], words]
        position = end
    return "".join([*kept, html[position:]])


def _outer_spans(html):
    """Yield (begin, end, attributes, content) of each span that is in no other one. Spans are closed: nh3 does it."""
    opened = []
    for tag in _SPAN.finditer(html):
        if tag[0] != "</span>":
            opened.append(tag)
        elif opened:
            opening = opened.pop()
            if not opened:
                attributes = {name: unescape(v) for name, v in _ATTRIBUTE.findall(opening[1])}
                yield opening.start(), tag.end(), attributes, html[opening.end() : tag.start()]


def find_in_rich_text(html):
    """Return the references of stored rich text in order."""
    found = []
    write_rich_text(html, lambda reference, place: found.append(reference) or "")
    return tuple(found)


def write_rich_text(html, write: Write):
    """Return stored rich text with `write`'s markup in place of each reference."""
    if "<span" not in html:
        return html
    kept, position, before, is_in_link = [], 0, "", False
    for begin, end, attributes, _ in _outer_spans(html):
        between = html[position:begin]
        *blocks, words = _BLOCK.split(between)
        before = words if blocks else before + words
        for link in _LINK.finditer(between):
            is_in_link = not link[1]
        reference = read_span(attributes)
        place = Place(_begins_sentence(unescape(_TAG.sub("", before))), is_in_link)
        kept += [between, write(reference, place) if reference else html[begin:end]]
        position, before = end, before + "…"
    return "".join([*kept, html[position:]])


def _begins_sentence(before):
    """Whether words after these begin a sentence. “U.S.” and “e.g.” end none."""
    before = before.rstrip("“‘«„([\"'")
    words = before.rstrip()
    if not words:
        return True
    sentence = words.rstrip("\"'”’)")
    if words == before or sentence[-1:] not in (".", "?", "!"):
        return False
    last = sentence.split()[-1]
    return sentence[-1] != "." or not ("." in last[:-1] or len(last.strip("(“")) <= 2)


# Plain text


def find_in_plain_text(words):
    """Return the references of a plain text in order."""
    found = []
    write_plain_text(words, lambda reference, place: found.append(reference) or "")
    return tuple(found)


def write_plain_text(words, write: Write):
    """Return a plain text with `write`'s words in place of each reference. A token that is none stays."""
    if "{" not in words:
        return words
    kept, position = [], 0
    for token in _TOKEN.finditer(words):
        if reference := _read_token(token):
            place = Place(_begins_sentence(words[: token.start()]))
            kept += [words[position : token.start()], write(reference, place)]
            position = token.end()
    return "".join([*kept, words[position:]])


def find_token_problems(words):
    """Return a sentence for each token of a plain text that is no reference."""
    return [
        f"“{token[0]}” is no reference. {_HOW[token[1]]}"
        for token in _TOKEN.finditer(words)
        if not _read_token(token)
    ]


_HOW = {
    "figure": "Write it like {figure workforce more-than 1}, with a form and, if the form rounds, its digits.",
    "unit": "Write it like {unit opla name}, {unit opla acronym} or {unit opla name-and-acronym}.",
    "count": "Write it like {count directorate ice operational} or {count office ice}.",
}


def _read_token(token):
    kind, parts = token[1], token[2].split()
    if not (token[0].endswith("}") and token[2].startswith(" ")):
        return None
    if kind == "figure":
        is_number = len(parts) > 2 and parts[-1] == "number"
        identifier, form, digits, *more = (parts[:-1] if is_number else parts) + [""] * 3
        return (
            None if any(more) else _figure(identifier, form, digits, "number" if is_number else "")
        )
    if len(parts) not in {"unit": (2,), "count": (2, 3)}[kind]:
        return None
    return _unit(*parts, "no") if kind == "unit" else _count(*parts, *[""][len(parts) - 2 :])


# What makes a reference


def _figure(identifier, form, digits, words):
    if not _IDENTIFIER.fullmatch(identifier) or form not in set(Form):
        return None
    form = Form(form)
    is_rounded = digits.isascii() and digits.isdecimal() and 1 <= int(digits[:3]) <= MOST_DIGITS
    if (form.rounds and not is_rounded) or (digits and not form.rounds):
        return None
    if words not in ("number", ""):
        return None
    return FigureReference(identifier, form, int(digits) if digits else None, words == "number")


def _unit(identifier, words, linked):
    if not _IDENTIFIER.fullmatch(identifier) or words not in UNIT_WORDS:
        return None
    return UnitReference(identifier, words, linked == "yes") if linked in ("yes", "no") else None


def _count(counted, identifier, role):
    if not _IDENTIFIER.fullmatch(identifier) or counted not in COUNTED or role not in ("", *ROLES):
        return None
    return CountReference(counted, identifier, role)
