"""Reads and writes the TOML file of an agency's record. Errors name their place in the file.

Layout: `format = 1`; a table `site` with an array `site.links`; arrays `responsibilities`, `units` and
`figures`. A unit or a figure has an `identifier` and an array `editions` in order of time. It may say who looks after
it and how often it is reviewed: `upkeep_role` (a role by its name), `upkeep_risk` and `upkeep_months`.

An edition has the content's fields by name and these optional keys:

- `effective_from`: an instant with its offset, or a day, which begins at midnight in the agency's time zone.
- `change_note`.
- `beginning_is_known`: false if `effective_from` is only the first day on record.

References to records use their identifier; references to responsibilities use their phrase.
"""

import difflib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import tomli_w

from directorates.exchange import toml_text
from directorates.rules.content import lines

FORMAT = 1
#: The type of a value that is an instant or a day.
DAY_OR_INSTANT = (datetime, date)
#: The keys of an edition's table apart from its content.
EDITION_KEYS = {"effective_from": DAY_OR_INSTANT, "change_note": str, "beginning_is_known": bool}


@dataclass(frozen=True)
class FileProblem:
    """One fault of a file: its line (0 if unknown), its place as text, and the reason."""

    line: int
    place: str
    reason: str

    def describe(self, file_name):
        parts = [file_name, f"line {self.line}" if self.line else "", self.place]
        return f"{', '.join(filter(None, parts))}: {self.reason}"


class AgencyFileError(Exception):
    """A file cannot be loaded. `problems` has every fault found, in order of lines."""

    def __init__(self, file_name, problems):
        self.file_name = file_name
        self.problems = sorted(problems, key=lambda problem: problem.line)
        super().__init__("\n".join(problem.describe(file_name) for problem in self.problems))


@dataclass
class FileEntry:
    """One table of the file with its place, like `units[3] “hsi”, editions[1]`."""

    values: dict
    place: str
    lines: dict = field(default_factory=dict)
    line: int = 0
    #: Keys with a faulty name or type. They are not in `values`.
    faulty: set = field(default_factory=set)

    def problem(self, key, reason):
        place = f"{self.place}, {key}" if key and self.place else key or self.place
        return FileProblem(self.lines.get(key, self.line), place, reason)


@dataclass
class RecordEntry(FileEntry):
    """A unit or figure of the file, with its editions in order."""

    editions: list[FileEntry] = field(default_factory=list)

    @property
    def identifier(self):
        return lines.clean_line(self.values["identifier"])


@dataclass
class AgencyFile:
    """The content of a file. Faulty parts are left out and reported in `problems`."""

    site: FileEntry | None
    links: list[FileEntry]
    responsibilities: list[FileEntry]
    units: list[RecordEntry]
    figures: list[RecordEntry]
    problems: list[FileProblem]


@dataclass(frozen=True)
class AgencyFileLayout:
    """The allowed keys of each table as {key: type or tuple of types}, and the required keys."""

    site: dict
    links: dict
    responsibilities: dict
    units: dict
    figures: dict
    #: The keys of a unit or a figure besides its identifier and its editions.
    upkeep: dict = field(default_factory=dict)
    required: frozenset = frozenset({"identifier", "phrase", "text"})


def scan(content: bytes, file_name: str, layout: AgencyFileLayout) -> AgencyFile:
    """Return the readable parts of a file. Raises AgencyFileError if nothing is readable."""
    data, source, syntax_problems = _parse(content, file_name)
    problems = []
    if type(data.get("format")) is not int or data["format"] != FORMAT:
        problems.append(
            FileProblem(0, "format", f"write “format = {FORMAT}” at the top of the file")
        )
    problems += [
        FileProblem(0, key, "there is no such table; see the sample files")
        for key in data
        if key not in ("format", "site", "responsibilities", "units", "figures")
    ]
    reader = _Reader(toml_text.Lines(source), layout, problems)
    site = data.get("site", {})
    if not isinstance(site, dict):
        problems.append(FileProblem(0, "site", "write [site] as a table"))
        site = {}
    return AgencyFile(
        site=reader.entry(_without(site, "links"), "site", layout.site) if site else None,
        links=reader.array(site, "links", layout.links, "site."),
        responsibilities=reader.array(data, "responsibilities", layout.responsibilities),
        units=reader.records(data, "units", layout.units),
        figures=reader.records(data, "figures", layout.figures),
        problems=[*syntax_problems, *without_lines_of(syntax_problems, problems)],
    )


def without_lines_of(first, later):
    """Return the later problems on other lines than the first ones, because one fault causes others on its line."""
    wrong_lines = {problem.line for problem in first if problem.line}
    return [problem for problem in later if problem.line not in wrong_lines]


def _parse(content, file_name):
    """Return the file's tables, its text and its syntax problems."""
    try:
        source = toml_text.decode(content)
    except toml_text.TomlError as error:
        raise AgencyFileError(file_name, [FileProblem(error.line, "", error.reason)]) from error
    data, errors = toml_text.parse(source)
    problems = [FileProblem(error.line, "", error.reason) for error in errors]
    if data is None:
        raise AgencyFileError(file_name, problems)
    return data, source, problems


def _is_array_of_tables(value):
    return isinstance(value, list) and all(isinstance(table, dict) for table in value)


def _without(table, key):
    return {name: value for name, value in table.items() if name != key}


class _Reader:
    def __init__(self, lines, layout, problems):
        self.layout = layout
        self.problems = problems
        self.headers = lines.headers
        self.keys = {}
        for (table, key), line in lines.keys.items():
            self.keys.setdefault(table, {})[key] = line

    def entry(self, table, place, types, path=None, kind=FileEntry):
        path = path or (place, 0)
        entry = kind({}, place, self.keys.get(path, {}), self.headers.get(path, 0))
        for key, value in table.items():
            if key not in types:
                reason = f"there is no such field{_nearest(key, types)}"
            elif not _has_type(value, types[key]):
                reason = f"expected {_name_type(types[key])}"
            else:
                entry.values[key] = value
                continue
            self.problems.append(entry.problem(key, reason))
            entry.faulty.add(key)
        for key in self.layout.required & types.keys():
            if not table.get(key):
                self.problems.append(entry.problem(key, "is missing"))
            entry.values.setdefault(key, "")
        return entry

    def array(self, data, name, types, prefix=""):
        tables = data.get(name, [])
        if not _is_array_of_tables(tables):
            self.problems.append(
                FileProblem(0, prefix + name, f"write [[{prefix}{name}]] for each entry")
            )
            return []
        base = (*((prefix.strip("."), 0) if prefix else ()), name)
        return [
            self.entry(table, _place(prefix + name, number, table), types, (*base, number))
            for number, table in enumerate(tables, start=1)
        ]

    def records(self, data, name, types):
        records = []
        outer = {"identifier": str, "editions": list} | self.layout.upkeep
        inner = types | EDITION_KEYS
        tables = data.get(name, [])
        if not _is_array_of_tables(tables):
            self.problems.append(FileProblem(0, name, f"write [[{name}]] for each entry"))
            return []
        for number, table in enumerate(tables, start=1):
            place, path = _place(name, number, table), (name, number)
            record = self.entry(table, place, outer, path, RecordEntry)
            editions = table.get("editions", [])
            if not _is_array_of_tables(editions) or not editions:
                self.problems.append(
                    record.problem("editions", f"write [[{name}.editions]] at least once")
                )
                editions = []
            record.editions = [
                self.entry(
                    edition, f"{place}, editions[{count}]", inner, (*path, "editions", count)
                )
                for count, edition in enumerate(editions, start=1)
            ]
            records.append(record)
        return records


def _place(name, number, table):
    label = table.get("identifier") or table.get("phrase") or table.get("text")
    return f"{name}[{number}] “{label}”" if isinstance(label, str) else f"{name}[{number}]"


def _nearest(key, types):
    near = difflib.get_close_matches(key, types, n=1)
    return f"; did you mean “{near[0]}”?" if near else ""


def _has_type(value, kind):
    if kind == [str]:
        return isinstance(value, list) and all(_has_type(item, str) for item in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if kind is Decimal:
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return is_number and Decimal(value).is_finite()
    if kind is DAY_OR_INSTANT:
        return isinstance(value, date) and getattr(value, "tzinfo", value) is not None
    if kind is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    if kind is str:
        return isinstance(value, str) and "\0" not in value
    return isinstance(value, kind)


def _name_type(kind):
    names = {
        str: "text in quotes, without NUL characters",
        bool: "true or false",
        int: "a whole number",
        Decimal: "a number",
        DAY_OR_INSTANT: "an instant with its offset, such as 2026-10-01T00:00:00-04:00, or a day, such as 2026-10-01",
        date: "a day, such as 2026-10-01",
        list: "an array of tables",
    }
    return "a list of texts in quotes" if kind == [str] else names[kind]


def write(data: dict) -> str:
    """Return the text of a file. `data` has the file's layout as plain values. Instants are written in UTC."""
    return tomli_w.dumps({"format": FORMAT} | _plain(data), multiline_strings=True)


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else value
    return value
