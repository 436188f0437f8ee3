import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agency_site.serving.static_export import ExportError, verifying
from agency_site.serving.static_export.files import layout, manifest
from agency_site.serving.static_export.files.server_files import (
    read_redirects,
    write_headers,
    write_redirects,
)
from directorates.models import Unit
from tests.serving.static_export.conftest import publish_change

pytestmark = pytest.mark.styles

HSI = "site/directorates/homeland-security-investigations/index.html"


@pytest.fixture(scope="module")
def _exported(tmp_path_factory):
    """The folder for the one static copy that the tests begin with."""
    return tmp_path_factory.mktemp("exported") / "static_copy"


@pytest.fixture
def current(static_copy, _exported):
    if not _exported.exists():
        static_copy.export()
        shutil.copytree(static_copy.path, _exported, symlinks=True)
    else:
        shutil.copytree(_exported, static_copy.path, symlinks=True)
    return static_copy.folder.release(static_copy.folder.current())


def errors_of(static_copy):
    return verifying.verify(static_copy.folder, static_copy.folder.current())


def _write(path, content):
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "name",
    [
        HSI,
        f"{HSI}.br",
        f"{HSI}.gz",
        "site/404.html",
        "headers.conf",
        "site/robots.txt",
    ],
)
def test_one_flipped_byte_is_found(static_copy, current, name):
    content = bytearray((current / name).read_bytes())
    content[len(content) // 2] ^= 1
    _write(current / name, content)
    assert f"{name}: is not what was written" in errors_of(static_copy)


def test_one_flipped_byte_is_found_in_every_file(static_copy):
    publish_change(Unit.objects.get(identifier="hsi"), slug="hsi")
    current = static_copy.folder.release(static_copy.export().release)
    names = {str(path.relative_to(current)) for path in current.rglob("*") if path.is_file()}
    names -= {layout.MANIFEST, layout.CHECKSUM}
    for name in names:
        content = bytearray((current / name).read_bytes())
        content[-1] ^= 1
        _write(current / name, content)
    found = {error.partition(": is not what was written")[0] for error in errors_of(static_copy)}
    assert names <= found
    assert {Path(name).suffix for name in names} >= {".html", ".br", ".gz", ".css", ".xml", ".map"}


@pytest.mark.parametrize("name", [layout.MANIFEST, layout.CHECKSUM])
def test_one_flipped_byte_of_the_manifest_is_found(static_copy, current, name):
    content = bytearray((current / name).read_bytes())
    content[len(content) // 2] ^= 1
    _write(current / name, content)
    [error] = errors_of(static_copy)
    assert error.startswith("The manifest of ")


def test_a_file_that_is_missing_or_cut_is_found(static_copy, current):
    (current / HSI).unlink()
    _write(current / "site/index.html", b"")
    words = "\n".join(errors_of(static_copy))
    assert f"{HSI}: cannot be read (No such file or directory)" in words
    assert "site/index.html: has 0 bytes, and had " in words


def test_a_file_that_was_added_is_found(static_copy, current):
    (current / "site/added.html").touch()
    (current / "site/elsewhere").symlink_to("/etc")
    assert errors_of(static_copy) == [
        "site/added.html: is there, but not in the manifest",
        "site/elsewhere: is there, but not in the manifest",
    ]


def _forge(current, path, content):
    """Change a file and its sums, like a faulty export."""
    listed = manifest.read((current / layout.MANIFEST).read_bytes())
    files = tuple(
        file
        if file.path != path
        else manifest.File(
            path, manifest.digest(content), len(content), file.media_type, file.status, file.address
        )
        for file in listed.files
    )
    for extension in layout.ENCODINGS.values():
        (current / (path + extension)).unlink(missing_ok=True)
    _write(current / path, content)
    words = manifest.write(manifest.Manifest(**vars(listed) | {"files": files})).encode()
    (current / layout.MANIFEST).write_bytes(words)
    (current / layout.CHECKSUM).write_text(manifest.checksum_line(words, layout.MANIFEST))


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ('<a href="/nowhere/">A</a>', "leads to /nowhere/, which is not here"),
        ('<img src="/static/none.png">', "leads to /static/none.png, which is not here"),
        ('<a href="/about/#none">A</a>', "leads to /about/#none, where no part has this name"),
        ('<a href="/offices/?page=9">A</a>', "leads to /offices/?page=9, which is not here"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(static_copy, current, markup, error):
    _forge(current, HSI, markup.encode())
    found = errors_of(static_copy)
    assert f"/directorates/homeland-security-investigations/: {error}" in found


def test_a_compressed_file_of_another_page_is_found(static_copy, current):
    listed = manifest.read((current / layout.MANIFEST).read_bytes())
    by_path = listed.by_path()
    other = by_path["site/index.html"]
    _write(current / f"{HSI}.gz", (current / "site/index.html.gz").read_bytes())
    forged = vars(by_path[HSI]) | {
        "compressed": by_path[HSI].compressed | {"gzip": other.compressed["gzip"]}
    }
    files = [manifest.File(**forged) if file.path == HSI else file for file in listed.files]
    words = manifest.write(manifest.Manifest(**vars(listed) | {"files": tuple(files)})).encode()
    (current / layout.MANIFEST).write_bytes(words)
    (current / layout.CHECKSUM).write_text(manifest.checksum_line(words, layout.MANIFEST))
    assert errors_of(static_copy) == [f"{HSI}.gz: holds another page"]


def test_a_redirect_to_nowhere_is_found(static_copy, current):
    _forge(current, layout.REDIRECTS, b"/offices/old/ /offices/none/;\n")
    assert errors_of(static_copy) == [
        "the redirect of /offices/old/: leads to /offices/none/, which is not here"
    ]


def test_a_manifest_reads_as_it_was_written(current):
    content = (current / layout.MANIFEST).read_bytes()
    assert manifest.write(manifest.read(content)).encode() == content
    paths = [file.path for file in manifest.read(content).files]
    assert paths == sorted(paths)


def test_another_format_is_refused(current):
    content = (current / layout.MANIFEST).read_bytes().replace(b'"format": 1', b'"format": 2')
    with pytest.raises(ExportError, match="another format"):
        manifest.read(content)


def test_redirects_read_as_they_were_written():
    redirects = {"/offices/b/": "/offices/c/", "/offices/a/": "/about/"}
    assert read_redirects(write_redirects(redirects)) == redirects
    with pytest.raises(ExportError, match="is no redirect"):
        read_redirects("/a/ /b/; return 200;\n")
    with pytest.raises(ExportError, match="cannot be used"):
        write_redirects({"/a;/": "/b/"})


def test_headers_of_all_pages_are_written_and_those_of_one_are_not():
    words = write_headers({"X-Frame-Options": "DENY", "Content-Length": "7"})
    assert words == 'add_header X-Frame-Options "DENY" always;\n'
    with pytest.raises(ExportError, match="cannot be written for nginx"):
        write_headers({"X-Odd": 'a "quoted" $word'})


def test_the_command_tells_every_fault_and_fails(static_copy, current):
    (current / "site/added.html").touch()
    with pytest.raises(CommandError, match=r"site/added\.html: is there.*\nErrors: 1\."):
        call_command("verify_site", str(static_copy.path))


def test_the_command_says_that_all_is_sound(static_copy, current, capsys):
    call_command("verify_site", str(static_copy.path), "--all")
    assert "every file and every link is sound" in capsys.readouterr().out


def test_a_link_that_leads_out_of_the_folder_is_found(static_copy, current, tmp_path):
    link = static_copy.path / "current"
    link.unlink()
    link.symlink_to(tmp_path)
    with pytest.raises(CommandError, match="which is none of the releases beside it"):
        call_command("verify_site", str(static_copy.path))


def test_a_folder_without_a_release_is_told(tmp_path):
    with pytest.raises(CommandError, match="has no current release"):
        call_command("verify_site", str(tmp_path))
