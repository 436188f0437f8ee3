"""Names, acronyms, heads and tables in a text that the records contradict, and acronyms without their name. Pure."""

import re

from directorates.rules.checking.findings import Finding, Kind
from directorates.rules.content.references import (
    ACRONYM,
    NAME,
    NAME_AND_ACRONYM,
    UnitReference,
)

#: Words near a former name that say that it is one.
_OF_THE_PAST = re.compile(
    r"\b(former(ly)?|previous(ly)?|until|then|was|were|had|became|renamed|replaced|merged|succeeded|successor|predecessor|"
    r"closed|abolished|took over|once|known as|called|split|dissolved|retired|left|used to|ancien(ne)?|jusqu)\b",
    re.IGNORECASE,
)
#: How many characters before and after a name, in its own sentence, are near it.
_NEAR = 70
_END_OF_SENTENCE = re.compile(r"(?<=[a-z\d)”])[.!?]\s")
_ACRONYM = re.compile(r"(?<![\w.&/-])(?=[A-Z&]*[A-Z][A-Z&]*[A-Z])[A-Z][A-Z&]{1,5}(?=s?\b)(?![\w&]*[a-rt-z\d])(?![/.-]\w)")  # fmt: skip
#: Acronyms that need no introduction.
_KNOWN = {"US", "USA", "UK", "EU", "UN", "DC", "TV", "ID", "HR", "GPS", "TTY", "IT", "AM", "PM", "AIDS", "HIV", "DNA", "PDF", "CSV", "JSON", "HTML", "URL", "FAQ", "CEO", "OK", "NATO", "NASA", "FBI", "CIA"}  # fmt: skip
_ROMAN = re.compile(r"[IVXLC]+")
#: The columns of a table that are compared with the records.
_COLUMNS = {
    "acronym": "acronym", "abbreviation": "acronym", "kind": "kind", "type": "kind", "role": "role",
    "head": "head", "director": "head", "part of": "parent", "parent": "parent",
}  # fmt: skip


def find(text, records):
    """Yield the findings of the names of units and people in a CheckedText."""
    for passage in text.passages.blocks:
        if records.names.can_be_in(passage):
            yield from _names(text, passage, records)
        yield from _heads(text, passage, records)
    yield from _tables(text, records)


def _names(text, passage, records):
    words, last = passage.words, 0
    for begin, end, units in records.names.find(words):
        named = units[0]
        if begin < last:
            continue
        if named.state == "present" or not passage.is_typed(begin, end):
            continue
        unit, found = named.unit, words[begin:end]
        if named.is_acronym and (len(found) < 2 or not found.isupper()):
            continue
        if not named.is_acronym and not re.search(r"\s", found):
            continue
        if text.place.unit == unit.identifier and named.state == "closed":
            continue
        if _is_of_the_past(words, begin, end) or _is_spelled_otherwise(named, words, begin):
            continue
        finding = (
            _closed(text, found, unit)
            if named.state == "closed"
            else _renamed(text, passage, begin, end, named)
        )
        # An old name may have its acronym in brackets.
        last = begin + len(finding.found)
        yield finding


def _is_of_the_past(words, begin, end):
    before = _END_OF_SENTENCE.split(words[max(0, begin - _NEAR) : begin])[-1]
    after = _END_OF_SENTENCE.split(words[end : end + _NEAR])[0]
    return bool(_OF_THE_PAST.search(f"{before}|{after}"))


def _is_spelled_otherwise(named, words, begin):
    """Whether an acronym is that of other words: “Digital Records Office (DRO)”."""
    if not named.is_acronym or words[begin - 1 : begin] != "(":
        return False
    before = words[: begin - 1].rstrip()
    return not any(before.endswith(name) for name in (named.unit.name, *named.unit.former_names))


def _closed(text, found, unit):
    return Finding(
        Kind.CLOSED_UNIT,
        text.place,
        found,
        "",
        f"“{unit.name}” is closed. Name the unit that took over, or say that it is of the past.",
        unit.identifier,
    )


def _renamed(text, passage, begin, end, named):
    unit, found, after = named.unit, passage.words[begin:end], passage.words[end:]
    right = unit.acronym if named.is_acronym and unit.acronym else unit.name
    words = ACRONYM if named.is_acronym and unit.acronym else NAME
    bracket = re.match(r" \(([^)]+)\)", after)
    if bracket and bracket[1] in (unit.acronym, *unit.former_acronyms):
        found, right, words = found + bracket[0], f"{unit.name} ({unit.acronym})", NAME_AND_ACRONYM
    return Finding(
        Kind.OLD_NAME,
        text.place,
        found,
        right,
        f"The unit is called “{right}” now. Put its name in the place of the old one.",
        unit.identifier,
        UnitReference(unit.identifier, words) if text.can_refer else None,
        text.count_before(passage, begin, found),
    )


def _heads(text, passage, records):
    for name, unit in records.former_heads_in(passage):
        begin = passage.words.find(name)
        if begin < 0 or not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", passage.words):
            continue
        if _is_of_the_past(passage.words, begin, begin + len(name)):
            continue
        yield Finding(
            Kind.FORMER_HEAD,
            text.place,
            name,
            unit.head,
            f"This person heads “{unit.name}” no longer"
            + (f"; the head is {unit.head}." if unit.head else ".")
            + " Change the text, or say that it is of the past.",
            unit.identifier,
        )


def _tables(text, records):
    for table in text.passages.tables:
        head, *rows = table or [[]]
        columns = {place: _COLUMNS[name.lower()] for place, name in enumerate(head) if name.lower() in _COLUMNS}  # fmt: skip
        named = []
        for row in rows:
            first = re.sub(r" \([^)]*\)$", "", row[0]) if row else ""
            unit = records.open_by_name.get(first)
            if unit is None:
                continue
            named.append(unit)
            for place, column in columns.items():
                if 0 < place < len(row):
                    yield from _cell(text, unit, column, row[place], records)
        yield from _left_out(text, named, records)


def _cell(text, unit, column, cell, records):
    right = getattr(unit, column)
    accepted = {right.lower()}
    if column == "parent" and right in records.units:
        above = records.units[right]
        right = above.name
        accepted = {
            above.name.lower(),
            above.acronym.lower(),
            f"{above.name} ({above.acronym})".lower(),
        }
    if right and cell.lower() not in accepted:
        yield Finding(
            Kind.WRONG_TABLE,
            text.place,
            cell,
            right,
            f"The record of “{unit.name}” says “{right}”. Correct the table.",
            unit.identifier,
        )


def _left_out(text, named, records):
    """Yield the one or two units that a table of all units of a kind below another one leaves out."""
    parents, kinds = {unit.parent for unit in named}, {unit.kind for unit in named}
    if len(named) < 3 or len(parents) != 1 or len(kinds) != 1:
        return
    below = [unit for unit in records.open_below[parents.pop()] if unit.kind in kinds]
    missing = [unit for unit in below if unit not in named]
    if len(missing) * 3 <= len(named):
        for unit in missing:
            yield Finding(
                Kind.WRONG_TABLE,
                text.place,
                named[-1].name,
                unit.name,
                f"The table leaves out “{unit.name}”. Add it.",
                unit.identifier,
            )


def find_acronyms(texts, records):
    """Yield the acronyms that the texts of one page use before they introduce them."""
    unit = records.units.get(texts[0].place.unit)
    known = set(_KNOWN)
    for identifier in records.chain(texts[0].place.unit):
        known.add(records.units[identifier].acronym)
    if unit:
        known |= {unit.acronym, *re.findall(r"[A-Z][A-Z&]+", unit.name)}
    for text in texts:
        for passage in text.passages.blocks:
            yield from _acronyms(text, passage, known, records.names.outdated_acronyms)


def _acronyms(text, passage, known, outdated):
    words = passage.words
    if not any(_begins_acronym(token, words) for token in passage.tokens):
        return
    for match in _ACRONYM.finditer(words):
        acronym = match[0]
        if acronym in known or acronym in outdated or _ROMAN.fullmatch(acronym):
            continue
        if _is_shouted(words):
            return
        known.add(acronym)
        after = words[match.end() :].removeprefix("s")
        is_introduced = re.search(r"\([^()]*$", words[: match.start()]) or re.match(
            r" \(\w+ ", after
        )
        if is_introduced or not passage.is_typed(match.start(), match.end()):
            continue
        yield Finding(
            Kind.UNKNOWN_ACRONYM,
            text.place,
            acronym,
            "",
            f"The page does not say what “{acronym}” means. Write the words first, with the acronym in brackets.",
        )


def _begins_acronym(token, words):
    """Whether an acronym can begin with a token, such as “DRO”, “DROs” or the “A” of “A&B”."""
    return "A" <= token[0] <= "Z" and (
        "A" <= token[1:2] <= "Z" or (len(token) == 1 and "&" in words)
    )


def _is_shouted(words):
    letters = [one for one in words if one.isalpha()]
    return sum(map(str.isupper, letters)) > 0.6 * len(letters)
