"""What a picture that staff send may be, by its content and not by its name."""

import io
import struct

from PIL import Image, ImageOps, UnidentifiedImageError

#: Each format with the ends of names that say so, and how it is written without loss that one sees.
_FORMATS = {
    "PNG": ((".png",), {"optimize": True}),
    "JPEG": ((".jpg", ".jpeg"), {"quality": 92, "optimize": True}),
    "WEBP": ((".webp",), {"quality": 92, "method": 6}),
}
#: On each side: four times what the header shows on the finest screens. Unpacked it takes 16 MB.
MOST_PIXELS = 2_000
_BROKEN = (
    UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError, struct.error,
)  # fmt: skip
#: Where a camera or a program says who, where and when.
_METADATA = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop")


def find_picture_problem(file, name):
    """Return in a sentence what is wrong with a picture, or ''. Its size is read before it is unpacked."""
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
                return "The picture moves. Save one that stands still and try again."
            if not name.lower().endswith(ends):
                return (
                    f"The file is a {picture.format}, so its name must end in {' or '.join(ends)}."
                )
            picture.load()
    except _BROKEN:
        return "The file is no PNG, JPEG or WebP that can be read. Save it as one and try again."
    return ""


def without_metadata(file):
    """Return the bytes of a picture upright and without what says who made it, where and when."""
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
    # The other formats that Pillow knows are not even tried.
    return Image.open(io.BytesIO(file.read()), formats=list(_FORMATS))
