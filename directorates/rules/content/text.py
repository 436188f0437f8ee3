"""The allowed content of rich text. One dictionary drives the editor, the sanitizer and the loader's checks."""

import re
from html import escape
from html.parser import HTMLParser

import nh3
from django_prose_editor.config import allowlist_from_extensions, expand_extensions

from directorates.rules.content import addresses, lines, markup, references

#: The editor's extensions: headings 2 to 4, lists, links, tables, line breaks, references, and nothing else.
RICH_TEXT_EXTENSIONS = {
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Link": {"enableTarget": False, "protocols": list(addresses.PROTOCOLS)},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "HardBreak": True,
    "History": True,
    # `admin/reference_node.js`, which the settings name.
    "Reference": True,
    # `admin/paste.js`: no markup, only what happens when somebody pastes.
    "Pasting": True,
}

_allowlist = allowlist_from_extensions(expand_extensions(RICH_TEXT_EXTENSIONS))
# References to records: `references.tidy` removes every other span.
_allowlist["tags"] = {*_allowlist["tags"], "span"}
_allowlist["attributes"] = {**_allowlist["attributes"], "span": {*references.ATTRIBUTES}}
ALLOWED_TAGS = frozenset(_allowlist["tags"])


def _attribute_filter(tag, attribute, value):
    """Drop addresses of other hosts without a scheme, because the allow-list accepts them."""
    if attribute == "href" and addresses.as_browsers_read(value).startswith("//"):
        return None
    return value


#: Characters. About 16,000 words: more than a unit's page should have.
LONGEST_RICH_TEXT = 100_000
#: Levels of lists in lists or tables in cells. Lists from the editor rarely have five levels.
DEEPEST_NESTING = 20
#: A whole tag. The quantifiers are possessive, so each character is read once.
_TAG = re.compile(r"""</?([a-zA-Z][^\s/>"'<]*+)(?:[^<>"']|"[^"]*+"|'[^']*+')*+>""")
_BEGINS_MARKUP = re.compile(r"[a-zA-Z/!?]")
#: Elements without an end tag, or closed by the next element of the same kind.
_NEVER_NESTS = {"p", "li", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "col", "br", "hr", "img"}  # fmt: skip


def find_excess(html):
    """Return a sentence about why `html` is not parsed, or ''. It is too long, nested too deeply, or not markup.

    Takes one pass in linear time. The parsers after this check take seconds for a hundred kilobytes of nested
    elements, open tags or open quotation marks.
    """
    if len(html) > LONGEST_RICH_TEXT:
        return f"a text has {LONGEST_RICH_TEXT:,} characters at most, with its markup, and this one has {len(html):,}"
    depth = position = 0
    while (position := html.find("<", position)) >= 0:
        end = _end_of_comment(html, position)
        tag = None if end else _TAG.match(html, position)
        if tag:
            end = tag.end()
            if tag[1].lower() not in _NEVER_NESTS:
                depth = max(0, depth - 1) if html[position + 1] == "/" else depth + 1
        if not end and not _BEGINS_MARKUP.match(html, position + 1):
            end = position + 1
        line = html.count("\n", 0, position) + 1 if not end or depth > DEEPEST_NESTING else 0
        if not end:
            return f"line {line}: a tag has no end; write &lt; for the sign < itself"
        if depth > DEEPEST_NESTING:
            return (
                f"line {line}: more than {DEEPEST_NESTING} lists or tables are one inside another"
            )
        position = end
    return ""


def _end_of_comment(html, position):
    """Return the end of the comment that begins at `position`, or 0 if there is none."""
    if not html.startswith("<!--", position):
        return 0
    end = html.find("-->", position + 2)
    return 0 if end < 0 else end + 3


_cleaner = nh3.Cleaner(**_allowlist, attribute_filter=_attribute_filter)


def sanitize(html):
    """Return `html` with only the allowed content and without empty elements."""
    cleaned = _cleaner.clean(markup.with_words_apart(lines.clean_markup(html)))
    # Clean again: a forbidden character may be written as its number, like &#8238;.
    return markup.without_empties(references.tidy(lines.clean_markup(cleaned))).strip()


class _TagReader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.problems = []
        self.heading_levels = []
        self.tables_without_headers = []
        self._table_without_header = None
        #: Open elements without words so far: a heading as (level, line), the cells of a row as their lines.
        self._heading = None
        self._row = []
        self._row_has_words = False

    def handle_data(self, data):
        if lines.clean_line(data):
            if self._heading:
                self.heading_levels.append(self._heading)
                self._heading = None
            if self._row and self._row[-1]:
                self._row[-1] = 0
                self._row_has_words = True

    def handle_endtag(self, tag):
        if tag in {"tr", "table"}:
            self._close_row()
        if tag == "table" and self._table_without_header:
            self.tables_without_headers.append(self._table_without_header)

    def _close_row(self):
        """Report the empty cells of a row. The sanitizer removes rows without any words."""
        if self._row_has_words:
            self.problems += [
                f"line {line}: a cell of a table is empty; write what is known, such as “none” or –"
                for line in self._row
                if line
            ]
        self._row, self._row_has_words = [], False

    def handle_starttag(self, tag, attrs):
        line, _ = self.getpos()
        if tag == "table":
            self._table_without_header = (
                f"line {line}: a table has no header cells, so a screen reader cannot explain its cells;"
                " insert it again with a header row"
            )
        if tag == "th":
            self._table_without_header = None
        if tag in {"th", "td"}:
            self._row.append(line)
        elif tag == "tr":
            self._close_row()
        if not re.fullmatch(r"[a-z][a-z0-9-]*", tag):
            self.problems.append(
                f"line {line}: <{tag}> is no tag; write &lt; for the sign < itself"
            )
            return
        if tag not in ALLOWED_TAGS:
            self.problems.append(f"line {line}: <{tag}> is not allowed in rich text")
            return
        if tag == "span" and not references.read_span(dict(attrs)):
            self.problems.append(
                f"line {line}: a span is no reference to a figure, a unit or a count; take it away, or"
                " write all its attributes"
            )
        if re.fullmatch("h[1-6]", tag):
            self._heading = (int(tag[1]), line)
        if tag == "a" and not {"href", "name", "id"} & dict(attrs).keys():
            self.problems.append(
                f"line {line}: a link has no address; write where it leads, or take the link away"
            )
        self._check_attributes(line, attrs)

    def _check_attributes(self, line, attrs):
        for name, value in attrs:
            if name.startswith("on") or name == "style":
                self.problems.append(f"line {line}: the attribute {name}= is not allowed")
            elif name == "href" and (problem := _find_address_problem(value or "")):
                self.problems.append(f"line {line}: the link address {value or ''!r} {problem}")


def _find_address_problem(address):
    """Return the fault of a link's address, or ''."""
    if problem := addresses.find_problem(address):
        return problem
    is_kept = "href=" in _cleaner.clean(f'<a href="{escape(address)}">x</a>')
    return "" if is_kept else addresses.NO_SITE


def find_rich_text_problems(html):
    """Return the faults of rich text, one sentence each with its line in `html`.

    Headings that skip a level are faults too: people who read by the outline lose their place.
    """
    if excess := find_excess(html):
        return [excess]
    reader = _TagReader()
    reader.feed(html)
    reader.close()
    problems = reader.problems
    previous = None
    for level, line in reader.heading_levels:
        if previous is None and level != 2:
            problems.append(f"line {line}: the first heading is level {level}; begin with level 2")
        elif previous is not None and level > previous + 1:
            problems.append(f"line {line}: heading level {level} follows level {previous}")
        previous = level
    return problems + reader.tables_without_headers


class _PlainTextReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts = []
        self._is_in_reference = False

    def handle_starttag(self, tag, attrs):
        if tag == "span" and (reference := references.read_span(dict(attrs))):
            self._is_in_reference = True
            self.parts.append(f"[{references.description_of(reference)}]")
        if tag in {"p", "li", "h2", "h3", "h4", "td", "th", "tr", "br"}:
            self.parts.append(" ")

    def handle_endtag(self, tag):
        if tag == "span":
            self._is_in_reference = False

    def handle_data(self, data):
        if not self._is_in_reference:
            self.parts.append(data)


def plain_text(html):
    """Return the words of `html` on one line. A reference says in brackets what it refers to."""
    reader = _PlainTextReader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


def is_external(url):
    """Whether a link leaves the government's sites, so pages must mark it."""
    web = re.match(r"https?:/*([^/?#]*)", addresses.as_browsers_read(url), re.IGNORECASE)
    if not web:
        return False
    host = web[1].rpartition("@")[2].partition(":")[0]
    return not host.lower().removesuffix(".").endswith((".gov", ".mil"))


def demote_headings(html):
    """Return sanitized `html` with each heading one level lower, for use below a unit's own heading."""
    return re.sub(r"<(/?)h([2-4])>", lambda m: f"<{m[1]}h{int(m[2]) + 1}>", html)


def shorten(words, limit):
    """Return plain `words`, cut between words to at most `limit` characters with an ellipsis."""
    if len(words) <= limit:
        return words
    return words[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def capitalized(words):
    """Return words with a capital first letter, unless the first word has a capital already, like “eDiscovery”."""
    first = words.partition(" ")[0]
    return words if first != first.lower() else words[:1].upper() + words[1:]


def quoted(things):
    """Return the names of things in quotation marks, separated by commas."""
    return ", ".join(f"“{thing}”" for thing in things)
