"""Numbers that a text states: of figures, and of units. Pure.

A number is about a figure if its noun is that of the figure, or if it has exactly the figure's value. The figure
belongs to the unit of the text or to a unit that the sentence names. Years, and numbers of anything else, are left.
"""

import re

from directorates.rules.checking.facts import WORD
from directorates.rules.checking.findings import Finding, Kind
from directorates.rules.content import counting, number_words
from directorates.rules.content.number_phrases import SUPPORTED_FORMS, Form, forms_of
from directorates.rules.content.number_reading import UpperBound, can_be_number, find_numbers
from directorates.rules.content.references import CountReference, FigureReference

#: Words that mean the people of a unit.
PEOPLE = {"employees", "employee", "people", "personnel", "staff", "workers", "workforce"}
#: What begins a part that narrows a noun: “offices in Texas”.
_NARROWING = {"in", "of", "at", "on", "from", "for", "to", "by", "across", "around", "under", "abroad", "that", "which", "who", "whom", "with"}  # fmt: skip
_EMPTY = {"the", "a", "an", "and", "or", "its", "are", "is"} | _NARROWING
#: A number this many times as large or as small is about something else.
_FARTHEST = 10
#: A number without the figure's noun must have this size to be the figure's.
_TELLING = 1000
_COUNT = re.compile(
    rf"(?<![\w.,-])(?P<number>\d{{1,3}}(?:,\d{{3}})*|{number_words.PATTERN})\s"
    r"(?:(?P<role>operational|supporting)\s)?(?P<kind>directorate|office)s?\b(?P<after>[^.;:!?]*)",
    re.IGNORECASE,
)
#: Words before a number that say how many a unit has. After “hired”, “arrested” or “by” the number is of other things.
_STATING = {"has", "have", "now", "employs", "employ", "is", "are", "of", "with", "its", "our", "includes", "include", "numbers", "totals", "comprises"}  # fmt: skip
_STATING_COUNT = _STATING - {"of", "with"} | {"all", "leads", "oversees", "manages", "runs", "directs", "into"}  # fmt: skip
#: What people of a unit do: “30,000 people work here”, “employees who are agents”.
_AT_WORK = {"work", "serve"}
_WORKING = _AT_WORK | {"are", "make"}
#: A sentence about a past year: “In 1999 it had 15,000 employees.”
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PAST = re.compile(r"\b(?:had|was|were|employed|grew|rose|fell)\b", re.IGNORECASE)
#: The noun of “a workforce of 20,000”.
_NOUN_BEFORE = re.compile(r"(\w+) of $")
_SENTENCE_END = re.compile(r"(?<!\b[A-Z])[.!?](?=\s+[A-Z“\"(]|$)")


def find(text, records):
    """Yield the findings of all numbers in a CheckedText."""
    if not records.is_english:
        return
    for passage in text.passages.blocks:
        # In most passages there is no number, and to look for its forms takes long.
        if not any(map(can_be_number, passage.tokens)):
            continue
        taken = []
        for number in find_numbers(passage.words):
            if passage.is_typed(number.begin, number.end):
                finding = _about_figure(text, passage, number, records)
                if finding:
                    taken.append(number.begin)
                    yield finding
        yield from _counts(text, passage, records, taken)


def _about_figure(text, passage, number, records):
    words = passage.words
    before, after = words[: number.begin], _words_after(words, number.end)
    if _is_year(words, number, after):
        return None
    sentence = _sentence_around(words, number.begin)
    if _YEAR.search(sentence) and _PAST.search(sentence):
        return None
    near = [text.place.unit, *_named_units(sentence, records)]
    figures = [
        figure for unit in dict.fromkeys(near) for figure in records.figures_of.get(unit, ())
    ]
    fitting = []
    for figure in figures:
        is_true = _is_true(number, figure)
        if figure.claim.currency != number.currency or not (
            is_true or _is_stated(before, after, figure)
        ):
            continue
        likeness = _likeness(figure, number, before, after, sentence)
        if likeness:
            fitting.append((is_true, likeness, figure))
    if not fitting:
        return None
    is_true, _, figure = max(fitting, key=lambda one: one[:2])
    if is_true and isinstance(number.form, UpperBound):
        # No phrase of a figure says so.
        return None
    end = _end_of_counts(words, number.end, figure)
    found = words[number.begin : end]
    nth = text.count_before(passage, number.begin, found)
    return _finding(text, found, nth, number, figure, is_true, with_counts=end > number.end)


def _finding(text, found, nth, number, figure, is_true, *, with_counts):
    phrases = forms_of(figure.claim, with_counts=with_counts)
    if not phrases:
        return None
    same = [one for one in phrases if one.words.lower() == found.lower()]
    phrase = same[0] if same else phrases[0] if is_true else _closest(phrases, number)
    instead = FigureReference(
        figure.identifier, phrase.form, phrase.digits, is_number=not with_counts
    )
    if is_true:
        advice = f"This is the figure “{figure.identifier}”. Put the figure in its place, so that the text changes with it."
        kind = Kind.TYPED_FIGURE
    else:
        advice = f"The figure “{figure.identifier}” says “{phrase.words}”. Put the figure in the place of the number."
        kind = Kind.WRONG_FIGURE
    return Finding(kind, text.place, found, phrase.words, advice, figure.identifier, instead, nth)


def _closest(phrases, number):
    """Return the phrase that says it as the typed number did: as published, or rounded to as many digits."""
    published = phrases[0]
    alike = [one for one in phrases if one.form == number.form]
    if not alike or any(one.words == published.words for one in alike):
        return published
    digits = len(number.number.normalize().as_tuple().digits)
    return min(alike, key=lambda one: abs((one.digits or digits) - digits))


def _is_true(number, figure):
    claim, form = figure.claim, number.form
    if claim.is_exact:
        return number.holds_for(claim.value)
    if isinstance(form, UpperBound):
        # “Up to 25,000” does not contradict “more than 20,000”.
        return claim.value < number.number or (
            claim.value == number.number and claim.qualifier != "more than"
        )
    if number.number == claim.value:
        return form is Form.EXACT or form in SUPPORTED_FORMS[claim.qualifier]
    is_lower_bound = form in (Form.MORE_THAN, Form.AT_LEAST)
    return claim.qualifier == "more than" and is_lower_bound and number.number < claim.value


def _is_stated(before, after, figure):
    """Whether the words around a number say that a unit has as many."""
    last = _last_word(before)
    if not last and {*after} & _AT_WORK:
        return True
    is_of_adjective = bool(figure.claim.currency) and last in ("a", "an")
    return last in _STATING or is_of_adjective or last.endswith(("'s", "’s"))


def _last_word(before):
    """Return the word directly before a number in small letters, or ''."""
    found = re.search(r"([\w’']+)[\s(]+$", before)
    return found[1].lower() if found else ""


def _likeness(figure, number, before, after, sentence):
    """Return how well a number fits a figure, from 0 to 1."""
    value = abs(figure.claim.value)
    is_same = number.number in (figure.claim.value, *figure.former_values)
    if not value or not value / _FARTHEST <= abs(number.number) <= value * _FARTHEST:
        return 0
    counted = [word.lower() for word in WORD.findall(figure.claim.counts)]
    if figure.claim.currency:
        spoken = {word.lower() for word in WORD.findall(sentence)}
        return 1 if is_same else float(counted[-1:] != [] and counted[-1] in spoken)
    telling = {word for word in counted if word not in _EMPTY}
    head = _head(counted)
    heads = PEOPLE if figure.counts_employees or head in PEOPLE else {head}
    if not after and (noun := _NOUN_BEFORE.search(before)) and noun[1].lower() in heads:
        return 0.5
    at = next((place for place, word in enumerate(after[:6]) if word in heads), None)
    if (at is None and after) or any(word in _NARROWING for word in after[:at]):
        return 0
    if at is None:
        return 0.1 if is_same and abs(number.number) >= _TELLING else 0
    share = len(telling & {*after[:16]}) / len(telling) if telling else 0
    narrowed = at + 1 < len(after) and after[at + 1] in _NARROWING
    is_working = after[at + 1 : at + 2] in (["who"], ["that"]) and {*after[at + 2 :]} & _WORKING
    if narrowed and share < 0.5 and not is_working:
        return 0.2 if is_same else 0
    # “Five detention officers” are none of the “officers”, but “20 employees” are the employees.
    others = [word for word in after[:at] if word not in _EMPTY and word not in telling]
    if others:
        return 0
    if len(telling) > 1 and share < 0.5 and not is_same and not figure.counts_employees:
        return 0
    return max(share, 0.3)


def _head(counted):
    """Return the noun of what a figure counts: “offices” of “offices around the world”."""
    until = next((place for place, word in enumerate(counted) if word in _NARROWING), len(counted))
    return counted[until - 1] if until else ""


def _words_after(words, end):
    """Return the words after a number, up to the end of the part of the sentence or the next number."""
    rest = re.split(r"[.;:!?()]|,(?!\d)|\d", words[end:].replace("%", " percent ", 1), maxsplit=1)[
        0
    ]
    return [word.lower() for word in WORD.findall(rest)]


def _is_year(words, number, after):
    digits = words[number.begin : number.end]
    return bool(re.fullmatch(r"(1[6-9]|20|21)\d\d", digits)) and not ({*after[:2]} & PEOPLE)


def _sentence_around(words, place):
    begin = max((stop.end() for stop in _SENTENCE_END.finditer(words, 0, place)), default=0)
    stop = _SENTENCE_END.search(words, place)
    return words[begin : stop.end() if stop else len(words)]


def _named_units(sentence, records):
    return [
        units[0].unit.identifier
        for _, _, units in records.names.find(sentence)
        if units[0].state == "present"
    ]


def _end_of_counts(words, end, figure):
    """Return the end of the number with what it counts, if exactly that follows."""
    counts = f" {figure.claim.counts}"
    rest = words[end : end + len(counts)]
    if figure.claim.currency or rest.lower() != counts.lower():
        return end
    following = words[end + len(counts) :][:1]
    return end if following.isalnum() else end + len(counts)


# Counts of units


def _counts(text, passage, records, taken):
    """Yield the counts of units that the records contradict, if they are about the unit of the text."""
    unit = records.units.get(text.place.unit)
    if unit is None or unit.is_closed:
        return
    own = records.figures_of.get(unit.identifier, ())
    for match in _COUNT.finditer(passage.words):
        if match.start() in taken or not passage.is_typed(match.start(), match.end("kind")):
            continue
        number = match["number"].replace(",", "")
        stated = int(number) if number.isdecimal() else number_words.read(number)
        kind, role = match["kind"].lower(), (match["role"] or "").lower()
        if _is_of_something_else(match, passage.words, kind, own):
            continue
        direct = _number_of(records.open_below[unit.identifier], kind, role)
        below = _number_of(records.all_below(unit.identifier), kind, role)
        if stated in (direct, below) or not below:
            continue
        found = match[0][: match.end("kind") - match.start()]
        found += "s" if passage.words[match.end("kind") : match.end("kind") + 1] == "s" else ""
        right = counting.count_of(below, kind, role)
        yield Finding(
            Kind.WRONG_COUNT,
            text.place,
            found,
            right,
            f"The records have {right} below “{unit.name}”. Put the count in the place of the number.",
            unit.identifier,
            CountReference(kind, unit.identifier, role),
            text.count_before(passage, match.start(), found),
        )


def _is_of_something_else(match, words, kind, figures):
    """Whether a number counts other things: places, a part of the units, or those of a figure."""
    before = _last_word(words[: match.start()])
    after = [word.lower() for word in WORD.findall(match["after"])]
    counted = {_head([word.lower() for word in WORD.findall(one.claim.counts)]) for one in figures}
    if kind == "office" and "offices" in counted:
        return True
    if after and after[0] in {"in", "across", "around", "abroad", "at", "of"}:
        return True
    is_stated = before in _STATING_COUNT or before.endswith(("'s", "’s"))
    return not (is_stated or after[:1] == ["below"])


def _number_of(units, kind, role):
    return sum(unit.kind == kind and role in ("", unit.role) for unit in units)
