"""Pasted text as rich text, by the rules of `content/text.py`, and what of it could not stay."""

from dataclasses import dataclass

from directorates.rules.content import text
from directorates.rules.pasting import tree
from directorates.rules.pasting.blocks import Block, BlockReader, Item, Table
from directorates.rules.pasting.losses import find_losses

#: The levels of headings in rich text.
HIGHEST, LOWEST = 2, 4


@dataclass(frozen=True)
class Pasted:
    """`html` is sanitized rich text. `losses` are words such as "2 pictures" and "colors"."""

    html: str
    losses: tuple[str, ...] = ()

    @property
    def sentence(self):
        """What could not stay, in one line, or ''."""
        if not self.losses:
            return ""
        *others, last = self.losses
        words = f"{', '.join(others)} and {last}" if others else last
        return f"The text is in. Left out: {words}."


def clean(markup: str, *, losses=()) -> Pasted:
    """Return the clean structure of markup from another program. Raises tree.TooMuchMarkupError.

    `losses` are those that the caller knows already.
    """
    root = tree.read(markup)
    blocks = BlockReader().read(root).finish()
    _map_levels(blocks)
    html = text.sanitize(_markup_of(blocks))
    return Pasted(html, (*losses, *(one for one in find_losses(root) if one not in losses)))


def _map_levels(blocks):
    """Map the levels of headings to 2 to 4, so that none is skipped."""
    above = []
    for block in blocks:
        if isinstance(block, Block) and block.level is not None:
            while above and above[-1] >= block.level:
                above.pop()
            above.append(block.level)
            block.level = min(HIGHEST + len(above) - 1, LOWEST)


def _markup_of(blocks):
    """Return the markup of blocks. Items that follow each other are one list."""
    found, items = [], []
    for block in [*blocks, None]:
        if isinstance(block, Item):
            items.append(block)
            continue
        if items:
            found.append(_list_of(items))
            items = []
        if isinstance(block, Table):
            found.append(_table_of(block))
        elif block is not None:
            found.append(_paragraph_of(block))
    return "\n".join(found)


def _paragraph_of(block):
    tag = "p" if block.level is None else f"h{block.level}"
    return f"<{tag}>{block.html}</{tag}>"


def _list_of(items):
    """Return lists of items that follow each other: one inside another where an item is deeper."""
    parts, start = [], 0
    while start < len(items):
        first = items[start]
        end = start + 1
        while end < len(items) and (
            items[end].depth > first.depth or items[end].is_ordered == first.is_ordered
        ):
            end += 1
        parts.append(_one_list(items[start:end]))
        start = end
    return "\n".join(parts)


def _one_list(items):
    depth, tag = items[0].depth, "ol" if items[0].is_ordered else "ul"
    groups = []
    for item in items:
        if item.depth <= depth:
            groups.append((item, []))
        else:
            groups[-1][1].append(item)
    inner = "".join(
        f"<li>{_inside(item.blocks)}{_list_of(deeper) if deeper else ''}</li>"
        for item, deeper in groups
    )
    return f"<{tag}>{inner}</{tag}>"


def _table_of(table):
    rows = "".join(
        "<tr>"
        + "".join(
            f"<{tag}{cell.spans}>{_inside(cell.blocks) or '<p></p>'}</{tag}>"
            for cell in row
            for tag in ["th" if cell.is_header else "td"]
        )
        + "</tr>"
        for row in table.rows
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _inside(blocks):
    """Return the blocks of an item or a cell. Headings there are paragraphs."""
    for block in blocks:
        if isinstance(block, Block):
            block.level = None
    return _markup_of(blocks).replace("\n", "")
