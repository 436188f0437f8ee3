"""Checks pictures that staff upload, by their content and not only by their name."""

import io
import struct

from PIL import Image, ImageOps, UnidentifiedImageError

#: {format: (file extensions, options that save it without visible loss)}.
_FORMATS = {
    "PNG": ((".png",), {"optimize": True}),
    "JPEG": ((".jpg", ".jpeg"), {"quality": 92, "optimize": True}),
    "WEBP": ((".webp",), {"quality": 92, "method": 6}),
}
#: Pixels on each side: four times the size in the header on the finest screens. Unpacked, 16 MB.
MOST_PIXELS = 2_000
_BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError, struct.error,
)  # fmt: skip
#: Metadata in which cameras and programs record people, places and times.
_METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop")


def find_picture_problem(file, name):
    """Return a sentence about the fault of a picture, or ''. Its size is read before it is unpacked."""
    try:
        with _opened(file) as picture:
            ends, _ = _FORMATS[picture.format]
            if max(picture.size) > MOST_PIXELS:
                width, height = picture.size
                return (
                    f"The picture has {width:,} by {height:,} pixels. Save it with {MOST_PIXELS:,} on"
                    " each side at most and try again."
                )
            if getattr(picture, "n_frames", 1) > 1:
                return "The picture is animated. Save it without animation and try again."
            if not name.lower().endswith(ends):
                return (
                    f"The file is a {picture.format}, so its name must end in {' or '.join(ends)}."
                )
            picture.load()
    except _BROKEN:
        return "The file is no PNG, JPEG or WebP that can be read. Save it as one and try again."
    return ""


def without_metadata(file):
    """Return the bytes of a picture, upright and without metadata on its author, place and time."""
    with _opened(file) as picture:
        upright = ImageOps.exif_transpose(picture)
        for name in _METADATA:
            upright.info.pop(name, None)
        written = io.BytesIO()
        _, options = _FORMATS[picture.format]
        upright.save(written, picture.format, **options)
    return written.getvalue()


def _opened(file):
    file.seek(0)
    # Pillow does not try its other formats.
    return Image.open(io.BytesIO(file.read()), formats=list(_FORMATS))
