"""Reads the forms of a page from its markup, as a browser does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

#: The value that a browser sends for a ticked box without a value.
_UNNAMED = {"checkbox": "on", "radio": "on"}


@dataclass
class Control:
    """A field of a form: its values on the opened page, and the offered values."""

    kind: str
    values: list[str] = field(default_factory=list)
    offered: list[str] = field(default_factory=list)


@dataclass
class HtmlForm:
    address: str = ""
    method: str = "get"
    controls: dict[str, Control] = field(default_factory=dict)
    #: The buttons of the form, as (name, value).
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def data(self, **changes):
        """Return the data that a browser sends, with some fields changed."""
        kept = {name: control.values for name, control in self.controls.items() if control.values}
        return kept | changes


class _Reader(HTMLParser):
    def __init__(self, address):
        super().__init__()
        self.address, self.forms = address, []
        self._by_id = {}
        self._form = self._outer = self._area = self._select = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self._outer = self._named(attributes["id"]) if "id" in attributes else HtmlForm()
            self._outer.address = urljoin(self.address, attributes.get("action") or self.address)
            self._outer.method = (attributes.get("method") or "get").lower()
            self.forms.append(self._outer)
        # The field or button can belong to another form of the page, which may come later.
        self._form = self._named(attributes["form"]) if "form" in attributes else self._outer
        if self._form is None or "disabled" in attributes:
            return
        name = attributes.get("name")
        if tag == "textarea" and name:
            self._area = self._control(name, "textarea")
            self._area.values = [""]
        elif tag == "select" and name:
            self._select = self._control(name, "select")
        elif tag == "option" and self._select is not None:
            value = attributes.get("value", "")
            self._select.offered.append(value)
            if "selected" in attributes:
                self._select.values.append(value)
        elif tag in ("input", "button"):
            self._input(tag, name, attributes)

    def _named(self, form_id):
        return self._by_id.setdefault(form_id, HtmlForm())

    def _control(self, name, kind):
        return self._form.controls.setdefault(name, Control(kind))

    def _input(self, tag, name, attributes):
        kind = attributes.get("type", "submit" if tag == "button" else "text")
        if kind in ("submit", "button", "image", "reset"):
            if kind == "submit":
                self._form.buttons.append((name or "", attributes.get("value") or ""))
        elif name:
            control, value = self._control(name, kind), attributes.get("value") or ""
            if kind in _UNNAMED:
                value = attributes.get("value", _UNNAMED[kind])
                control.offered.append(value)
                if "checked" in attributes:
                    control.values.append(value)
            elif kind != "file":
                control.values.append(value)

    def handle_data(self, data):
        if self._area is not None:
            self._area.values[0] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self._outer = None
        elif tag == "textarea" and self._area is not None:
            # HTML ignores the first line break after the tag.
            self._area.values[0] = self._area.values[0].removeprefix("\r\n").removeprefix("\n")
            self._area = None
        elif tag == "select":
            self._select = None


def read_forms(markup, address):
    reader = _Reader(address)
    reader.feed(markup)
    return reader.forms
