"""No tracked file has a text that looks like a key."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "a cloud key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a token of a forge": r"\b(?:gh[pousr]_[0-9A-Za-z]{36}|glpat-[\w-]{20})",
    "a web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a password in an address": r"\b[a-z]+://[\w.-]+:(?!password@|p@|\$)[^\s@/{}$]{6,}@",
    "a value given to a secret": (
        r"(?i)\b(?:secret_key|password|api_key|[a-z_]*token)\b['\"]?\s*[=:]\s*"
        r"['\"]?(?=[\w/+-]*\d)(?=[\w/+-]*[A-Z])[\w/+-]{32,}"
    ),
}
#: Hashes of packages are long, random and public.
LOCKS = {"requirements.txt", "requirements-production.txt", "package-lock.json"}


def find_secrets(text):
    return [name for name, pattern in PATTERNS.items() if re.search(pattern, text)]


def tracked_texts():
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    for name in names:
        path = ROOT / name
        if name and name not in LOCKS and path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if b"\0" not in content[:1000]:
                yield name, content.decode("utf-8", "replace")


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="needs the repository"
)
def test_no_tracked_file_looks_as_if_it_held_a_secret():
    texts = dict(tracked_texts())
    assert "agency_site/settings.py" in texts
    found = {name: find_secrets(text) for name, text in texts.items()}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "postgres://agency:" + "Xy7-secret@db/agency",
        'SECRET_KEY = "' + "aB3" * 15 + '"',
        "METRICS_TOKEN=" + "aB3" * 15,
    ],
)
def test_what_looks_like_a_secret_is_found(text):
    assert find_secrets(text)


@pytest.mark.parametrize(
    "text",
    ["SECRET_KEY=", "postgres://user:password@localhost:5432/agency", "https://www.ice.gov/a"],
)
def test_what_is_no_secret_is_not(text):
    assert find_secrets(text) == []
