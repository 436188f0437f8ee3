import io
import struct
import zlib

import pytest
from PIL import Image

from directorates.rules.content.pictures import MOST_PIXELS, find_picture_problem, without_metadata


def picture(kind="PNG", size=(40, 20), mode="RGB", **options):
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file


def bomb():
    """Return a PNG of a few bytes that claims 50,000 pixels on each side."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 1000)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
            for chunk in (header, data, b"IEND")
        )
    )


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.JPG"), ("JPEG", "a.jpeg"), ("WEBP", "a.webp")]
)
def test_three_formats_are_taken(kind, name):
    assert find_picture_problem(picture(kind), name) == ""


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_any_other_is_refused_under_whatever_name(kind):
    assert "no PNG, JPEG or WebP" in find_picture_problem(picture(kind), "a.png")


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7"],
)
def test_what_is_no_picture_is_refused(content):
    assert "no PNG, JPEG or WebP" in find_picture_problem(io.BytesIO(content), "a.png")


def test_half_a_picture_is_refused():
    whole = picture("JPEG", size=(400, 400)).getvalue()
    assert "no PNG, JPEG or WebP" in find_picture_problem(io.BytesIO(whole[: len(whole) // 2]), "a.jpg")  # fmt: skip


def test_a_name_must_say_what_the_content_is():
    assert "must end in .jpg or .jpeg" in find_picture_problem(picture("JPEG"), "a.png")


def test_many_pixels_are_refused_before_they_are_unpacked(monkeypatch):
    large = picture(size=(MOST_PIXELS + 1, 1))
    monkeypatch.setattr(
        "PIL.PngImagePlugin.PngImageFile.load", lambda self: pytest.fail("unpacked")
    )
    assert "pixels" in find_picture_problem(large, "a.png")


def test_a_bomb_is_refused():
    problem = find_picture_problem(bomb(), "a.png")
    assert "no PNG, JPEG or WebP" in problem or "pixels" in problem


def test_a_picture_that_moves_is_refused():
    file = picture(save_all=True, append_images=[Image.new("RGB", (40, 20), "red")])
    assert "is animated" in find_picture_problem(file, "a.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_metadata_is_dropped_and_the_picture_stands_upright(kind):
    exif = Image.Exif()
    exif[0x010E] = "said by a camera"
    exif[0x0112] = 6  # Turned by a quarter.
    file = picture(kind, size=(40, 20), exif=exif)
    assert b"said by a camera" in file.getvalue()
    clean = without_metadata(file)
    assert b"said by a camera" not in clean
    with Image.open(io.BytesIO(clean)) as after:
        assert (after.size, after.format) == ((20, 40), kind)


def test_a_transparent_picture_stays_so():
    with Image.open(io.BytesIO(without_metadata(picture(mode="RGBA")))) as after:
        assert after.mode == "RGBA"
