"""The text of Word documents."""

import io
import zipfile
from pathlib import Path

import pytest

from directorates.exchange import word_document

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "pasting"


def changed_package(**parts):
    """Return the sample with some parts replaced; None takes a part away."""
    source = zipfile.ZipFile(SAMPLES / "libreoffice.docx")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            content = parts.get(Path(name).stem, source.read(name))
            if content is not None:
                package.writestr(name, content)
    return written.getvalue()


def test_a_document_becomes_the_same_structure_as_its_text_pasted():
    pasted = word_document.read((SAMPLES / "libreoffice.docx").read_bytes())
    expected = (SAMPLES / "libreoffice.expected.html").read_text(encoding="utf-8")
    assert pasted.html.split("\n") == expected.strip().split("\n")
    assert pasted.losses == ("colors", "bold and italics")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no package",
        changed_package(document=None),
        changed_package(document=b"<no xml"),
        changed_package(document=b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'),
    ],
)
def test_what_is_no_document_is_refused_with_what_to_do(content):
    with pytest.raises(word_document.UnreadableDocumentError, match=r"no Word document"):
        word_document.read(content)


def test_large_documents_are_refused():
    with pytest.raises(word_document.UnreadableDocumentError, match="2 MB"):
        word_document.read(b"x" * (word_document.LARGEST_DOCUMENT + 1))
    with pytest.raises(word_document.UnreadableDocumentError, match="unpacked"):
        word_document.read(changed_package(styles=b"x" * (word_document.LARGEST_UNPACKED + 1)))
