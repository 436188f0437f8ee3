"""The files of `deploy/`, tested without their machine."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
SCRIPTS = sorted(path for path in (ROOT / "bin").iterdir() if path.is_file() and not path.suffix)
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
COMPOSE = (DEPLOY / "compose.yaml").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def instructions(word):
    """Yield the arguments of each instruction of the Dockerfile, as one line."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return re.findall(rf"^{word} +(.*)$", joined, re.MULTILINE)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_one_of_the_shell_and_can_be_started(script):
    assert os.access(script, os.X_OK)
    shell = script.read_text().splitlines()[0].removeprefix("#!").split()[-1]
    subprocess.run([shell, "-n", script], check=True)


# systemd


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_finds_nothing_wrong_with_its_units(tmp_path):
    for unit in UNITS:
        # Commands in the site's folder must exist in this repository.
        text = unit.read_text().replace("/srv/agency/site", str(ROOT))
        (tmp_path / unit.name).write_text(text)
    result = subprocess.run(
        ["systemd-analyze", "verify", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES, ids=lambda path: path.name)
def test_a_service_runs_as_a_user_of_its_own_that_can_write_little(service):
    lines = set(service.read_text().splitlines())
    assert {
        "User=agency",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
        "EnvironmentFile=/etc/agency-site.env",
    } <= lines
    assert not any(line.startswith("Environment=") for line in lines)
    [writable] = [line for line in lines if line.startswith("ReadWritePaths=")]
    assert "/srv/agency/site" not in writable


def test_the_site_is_started_again_and_replaces_its_workers_on_reload():
    lines = (DEPLOY / "systemd/agency-site.service").read_text().splitlines()
    assert {"Restart=always", "ExecReload=/bin/kill -HUP $MAINPID", "KillMode=mixed"} <= set(lines)
    # Without a shell, which would get the signal instead.
    assert "ExecStart=/srv/agency/site/bin/serve" in lines
    assert (ROOT / "bin/serve").read_text().splitlines()[-1].startswith("exec ")


def test_the_numbers_for_monitoring_are_in_memory():
    lines = (DEPLOY / "systemd/agency-site.service").read_text().splitlines()
    assert "RuntimeDirectory=agency-site" in lines
    assert "#METRICS_FOLDER=/run/agency-site/metrics" in EXAMPLE.splitlines()
    assert "    METRICS_FOLDER: /tmp/metrics\n" in COMPOSE
    assert "  tmpfs: [/tmp]\n" in COMPOSE


def commands_of_manage():
    text = "\n".join(path.read_text() for path in [*SERVICES, *SCRIPTS, DEPLOY / "compose.yaml"])
    return set(re.findall(r"manage\.py,? (\w+)", text))


#: Django's own.
DJANGO = {"migrate", "createcachetable", "collectstatic", "clearsessions", "createsuperuser"}


def test_every_command_of_manage_py_that_is_started_exists():
    own = {
        path.stem
        for app in ("directorates", "agency_site/serving")
        for path in (ROOT / app / "management/commands").glob("*.py")
    }
    assert commands_of_manage() - DJANGO <= own
    assert {"migrate", "backup_site", "export_site"} <= commands_of_manage()


def test_ended_sessions_are_deleted_every_night():
    service = (DEPLOY / "systemd/agency-site-clearsessions.service").read_text()
    timer = (DEPLOY / "systemd/agency-site-clearsessions.timer").read_text()
    assert re.search(r"^ExecStart=.*manage\.py clearsessions$", service, re.MULTILINE)
    assert re.search(r"^OnCalendar=\*-\*-\* ", timer, re.MULTILINE)
    assert re.search(r"^    command: \[.*manage\.py, clearsessions\]$", COMPOSE, re.MULTILINE)


# The image


def test_what_the_image_copies_exists():
    for line in instructions("COPY"):
        words = [word for word in shlex.split(line) if not word.startswith("--")]
        if "--from=" in line:
            continue
        for source in words[:-1]:
            assert (ROOT / source).exists(), f"COPY {line}"


def test_what_the_image_copies_is_sent_to_the_builder():
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    for line in instructions("COPY"):
        if "--from=" not in line:
            assert set(shlex.split(line)[:-1]) <= sent, line
    assert ".env" not in sent


def test_the_image_does_not_run_as_root_and_looks_after_itself():
    [user] = instructions("USER")
    assert int(user.split(":")[0]) > 0
    # Only the last stage is in the image.
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER " in last_stage
    [health] = instructions("HEALTHCHECK")
    assert (ROOT / re.search(r'CMD \["(.*)"\]', health)[1]).exists()
    [command] = instructions("CMD")
    assert command == '["bin/serve"]'


def test_the_image_installs_by_hash_and_by_lock_only():
    runs = " && ".join(instructions("RUN"))
    assert [found.strip() for found in re.findall(r"pip install[^&]*", runs)] == [
        "pip install --no-cache-dir --require-hashes -r requirements-production.txt"
    ]
    assert "npm ci --ignore-scripts" in runs
    assert "npm install" not in runs
    lock = (ROOT / "requirements-production.txt").read_text()
    packages = re.findall(r"^[a-z].*?(?=^[a-z]|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(packages) > 10
    assert all("--hash=sha256:" in package for package in packages)


def test_no_secret_is_built_in_and_no_host_is_named():
    for name in ("SECRET", "PASSWORD", "TOKEN", "DATABASE_URL", "ALLOWED_HOSTS"):
        assert not any(name in line for line in instructions("ENV") + instructions("ARG")), name
    for image in [*instructions("FROM"), *re.findall(r"image: (\S+)", COMPOSE)]:
        assert "/" not in image.split(" AS ")[0], f"{image} names a registry"
    assert "http" not in " ".join(instructions("RUN"))


# The compose file


def test_what_the_compose_file_mounts_exists():
    names = re.findall(r"- \./([\w.-]+):", COMPOSE)
    assert names == ["nginx.conf", "nginx-static-copy-maps.conf"]
    assert [name for name in names if not (DEPLOY / name).is_file()] == []
    assert (DEPLOY / re.search(r"dockerfile: (\S+)", COMPOSE)[1].removeprefix("deploy/")).is_file()


def test_the_volumes_that_are_mounted_are_declared():
    declared = set(re.findall(r"^  (\w+):$", COMPOSE.partition("\nvolumes:\n")[2], re.MULTILINE))
    mounted = set(re.findall(r"^ +- (\w+):/", COMPOSE, re.MULTILINE))
    mounted |= set(re.findall(r'volumes: \["(\w+):', COMPOSE))
    assert mounted == declared


#: The compose file's own variables.
OF_THE_COMPOSE_FILE = {"HOST", "POSTGRES_PASSWORD", "TLS_CERTIFICATE", "TLS_KEY"}


def test_what_the_compose_file_asks_for_is_explained():
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE))
    assert asked >= OF_THE_COMPOSE_FILE
    known = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert asked - OF_THE_COMPOSE_FILE <= known
    head = COMPOSE.partition("\nx-site")[0]
    assert all(name in head for name in OF_THE_COMPOSE_FILE)


def test_nginx_is_told_all_that_its_files_ask_for():
    asked = set()
    for name in ("nginx.conf", "nginx-static-copy-maps.conf"):
        text = re.sub(r"^\s*#.*$", "", (DEPLOY / name).read_text(), flags=re.MULTILINE)
        asked |= set(re.findall(r"\$\{([A-Z_]+)\}", text))
    nginx = COMPOSE.partition("\n  nginx:\n")[2].partition("\n  database:\n")[0]
    assert asked <= set(re.findall(r"^      ([A-Z_]+): ", nginx, re.MULTILINE))


def test_the_services_that_are_waited_for_exist():
    services = set(re.findall(r"^  (\w+):$", COMPOSE.partition("\nservices:\n")[2], re.MULTILINE))
    waited_for = set(re.findall(r"^      (\w+): \{condition:", COMPOSE, re.MULTILINE))
    assert waited_for == {"database", "prepare", "app"}
    assert waited_for <= services
