"""What of pasted text cannot stay: pictures, colors, emphasis. The texts themselves stay."""

import re
from collections.abc import Iterator

from directorates.rules.pasting.tree import Element

_COLOR = re.compile(r"(?<![-\w])color:\s*([^;]+)")
_BACKGROUND = re.compile(r"(?:background(?:-color)?|mso-highlight):\s*([^;]+)")
#: What programs write for text without a color of its own. The blue ones are links'.
_NO_COLOR = re.compile(
    r"black|windowtext|auto|inherit|initial|currentcolor|transparent|none|white|#0{3,6}|#fff(?:fff)?"
    r"|rgba?\(\s*0,\s*0,\s*0|rgba?\(\s*255,\s*255,\s*255|#1155cc|#0563c1|#000080|#0000ff|blue\b",
)
_BOLD = re.compile(r"font-weight:\s*(?:bold|[6-9]00)")
_ITALIC = re.compile(r"font-style:\s*italic")
_UNDERLINED = re.compile(r"text-decoration(?:-line)?:[^;]*underline")
_STRUCK = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
_RAISED = re.compile(r"vertical-align:\s*(?:super|sub)\b")
#: Elements that have a look of their own.
_HAVE_A_LOOK = {"h1", "h2", "h3", "h4", "h5", "h6", "th", "a"}


def is_hidden(element: Element) -> bool:
    """Whether a program hides the element from readers."""
    return bool(re.search(r"display:\s*none|mso-hide:\s*all", element.style))


def is_comment(element: Element) -> bool:
    """Whether the element is a remark beside the text, or the sign that refers to it."""
    return "mso-element:comment" in element.style or "msocomment" in element.classes


def is_deleted(element: Element) -> bool:
    """Whether the element is text that a tracked change took away."""
    return element.tag == "del" and bool({"datetime", "cite"} & element.attributes.keys())


def find_losses(root: Element) -> tuple[str, ...]:
    """Return what cannot stay, as words of a sentence: ("2 pictures", "colors")."""
    pictures = sum(element.tag == "img" for element in root.walk())
    kinds = set(_kinds(root, has_a_look=False))
    found = [f"{pictures} picture{'' if pictures == 1 else 's'}"] if pictures else []
    return (*found, *(kind for kind in _ORDER if kind in kinds))


_ORDER = (
    "colors",
    "bold and italics",
    "underlines",
    "crossing out",
    "raised and lowered signs",
    "comments",
    "deleted text of tracked changes",
)


def _kinds(element, *, has_a_look) -> Iterator[str]:
    """Yield the kinds of what is lost in an element that holds text.

    Color, bold and underlines of headings and links are theirs anyway, so nothing of them is lost.
    """
    if is_hidden(element) or not element.text.strip():
        return
    if is_comment(element):
        yield "comments"
        return
    if is_deleted(element):
        yield "deleted text of tracked changes"
        return
    is_heading = "heading" in element.attributes.get("role", "") or "msotitle" in element.classes
    has_a_look = has_a_look or element.tag in _HAVE_A_LOOK or is_heading
    if not has_a_look:
        yield from _look(element)
    if element.tag in {"s", "strike", "del"} or _STRUCK.search(element.style):
        yield "crossing out"
    if element.tag in {"sub", "sup"} or _RAISED.search(element.style):
        yield "raised and lowered signs"
    for child in element.children:
        if isinstance(child, Element):
            yield from _kinds(child, has_a_look=has_a_look)


def _look(element):
    tag, style, attributes = element.tag, element.style, element.attributes
    colors = [*_COLOR.findall(style), *_BACKGROUND.findall(style)]
    colors += [attributes[name].lower() for name in ("color", "bgcolor") if name in attributes]
    if tag == "mark" or any(not _NO_COLOR.match(color.strip()) for color in colors):
        yield "colors"
    is_normal = re.search(r"font-weight:\s*(?:normal|400)", style)
    is_bold = (tag in {"b", "strong"} and not is_normal) or _BOLD.search(style)
    if is_bold or tag in {"i", "em"} or _ITALIC.search(style):
        yield "bold and italics"
    if tag == "u" or (_UNDERLINED.search(style) and not _holds_link(element)):
        yield "underlines"


def _holds_link(element):
    return any(inner.tag == "a" for inner in element.walk())
