"""A Word document (.docx, ECMA-376) as rich text, cleaned by the rules of pasted text."""

import io
import re
import zipfile
from xml.parsers.expat import ExpatError

import mammoth

from directorates.rules.pasting import pasting, tree

#: Bytes of a document, and of its parts when unpacked. A packed file can be a thousand times its size.
LARGEST_DOCUMENT = 2 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 2_000

_STYLES = """
p[style-name='Title'] => p.msotitle:fresh
p[style-name='Subtitle'] => p:fresh
u => u
strike => s
"""
_COLOR = re.compile(rb'<w:(?:highlight w:val="(?!none)|color w:val="(?!auto|000000))')
_LINK_COLORS = re.compile(
    rb"<w:rStyle w:val=\"(?:Hyperlink|InternetLink)\"/>.*?</w:rPr>", re.DOTALL
)
_TEXT = "word/document.xml"


class UnreadableDocumentError(ValueError):
    """The file is no Word document, or too large. The message says what to do."""


def read(content: bytes) -> pasting.Pasted:
    """Return the text of a document. Raises UnreadableDocumentError."""
    if len(content) > LARGEST_DOCUMENT:
        raise UnreadableDocumentError(
            "The document has more than 2 MB. Take its pictures out, save it, and try again."
        )
    losses = _find_colors(content)
    try:
        html = mammoth.convert_to_html(
            io.BytesIO(content),
            style_map=_STYLES,
            # A picture is only counted, so none is read.
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
        ).value
        return pasting.clean(html, losses=losses)
    except tree.TooMuchMarkupError as error:
        raise UnreadableDocumentError(
            "The document is too long for one text. Copy the part that you need, and paste it."
        ) from error
    except (AttributeError, ExpatError, LookupError, OSError, ValueError) as error:
        raise UnreadableDocumentError(_NOT_A_DOCUMENT) from error


_NOT_A_DOCUMENT = (
    "This is no Word document that can be read. Save it as “Word document (.docx)”, and try again."
)


def _find_colors(content):
    """Check the package, and return ("colors",) if its text has any: the converter passes them by."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > LARGEST_UNPACKED:
                raise UnreadableDocumentError("The document is too large when it is unpacked.")
            for part in parts:
                # No program writes a document type. One could define texts that grow without end.
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in package.read(part):
                    raise UnreadableDocumentError(_NOT_A_DOCUMENT)
            words = _LINK_COLORS.sub(b"", package.read(_TEXT))
    except (zipfile.BadZipFile, LookupError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableDocumentError(_NOT_A_DOCUMENT) from error
    return ("colors",) if _COLOR.search(words) else ()
