"""docker-compose.yml keeps to its specification, has no default secret, and is closed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.deploy.dockerfile import stages
from tests.house.sources import ROOT

FILE = ROOT / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose() -> Any:
    """The file with its merges and anchors resolved, as a program reads it."""
    return YAML(typ="safe").load(FILE.read_text())


def check(path: Path) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.executable).with_name("check-jsonschema")
    words = [str(program), "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_it_keeps_to_the_specification_and_a_mistake_would_not(tmp_path: Path) -> None:
    checked = check(FILE)
    assert checked.returncode == 0, checked.stdout
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(FILE.read_text().replace("cap_drop:", "cap_dropped:"))
    assert "cap_dropped" in check(wrong).stdout


def test_what_has_no_default_says_where_it_comes_from() -> None:
    asked = re.findall(r"\$\{([A-Z_]+)(:?[-?]?)([^}]*)\}", FILE.read_text())
    required = {name for name, how, _ in asked if how == ":?"}
    assert required == {"SITE", "ACME_EMAIL", "MEDIA_ADDRESSES"}
    assert all(len(said) > 20 for _, how, said in asked if how == ":?")
    example = (ROOT / "deploy/env.example").read_text()
    for name in required:
        assert re.search(rf"^{name}=", example, re.M)
    # A name without default or word would silently be empty; these are asked for above.
    assert {name for name, how, _ in asked if not how} <= required


def test_no_secret_stands_in_it_and_a_missing_one_stops_it(compose: Any) -> None:
    for secret in compose["secrets"].values():
        assert set(secret) == {"file"}
        assert secret["file"].startswith("./secrets/")
    for name, service in compose["services"].items():
        for key, value in service["environment"].items():
            if re.search("SECRET|PASSWORD|TOKEN", key):
                assert key.endswith("_FILE"), f"{name}: {key}"
                assert str(value).startswith("/")
        for volume in service["volumes"]:
            assert volume["type"] == "bind"
            assert volume["bind"] == {"create_host_path": False}, f"{name}: {volume['source']}"
    example = (ROOT / "deploy/env.example").read_text()
    assert not re.search(r"(?i)(password|secret|token|key)=(?!/)", example)


def test_every_service_is_closed_bounded_and_watched(compose: Any) -> None:
    for name, service in compose["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"]
        assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
        assert service["user"] == "10001:10001"
        assert service["restart"] == "unless-stopped"
        assert service["mem_limit"]
        assert service["pids_limit"]
        assert "privileged" not in service
        assert not any("docker.sock" in volume["source"] for volume in service["volumes"])
        health = service.get("healthcheck")
        if name == "rounds":
            image = stages((ROOT / "Dockerfile").read_text())[-1]
            assert health is None
            assert image.last("HEALTHCHECK")
            assert image.last("USER") == service["user"]
        else:
            assert health["test"][0] in ("CMD", "CMD-SHELL")
            assert "build" not in service
            assert re.fullmatch(r"[\w/]+:[\w.-]+", service["image"]), "no tag, no version"
            assert not service["image"].endswith(":latest")


def test_rounds_listens_on_loopback_behind_the_proxy_and_tells_every_address(compose: Any) -> None:
    told = compose["services"]["rounds"]["environment"]
    assert told["ROUNDS_HOST"] == told["ROUNDS_TRUSTED_PROXIES"] == "127.0.0.1"
    assert told["ROUNDS_PUBLIC_URL"].startswith("https://${SITE:?")
    assert told["ROUNDS_MEDIA_ADDRESSES"].startswith("${MEDIA_ADDRESSES:?")
    for name in ("rounds", "proxy", "relay"):
        assert compose["services"][name]["network_mode"] == "host"
        assert "ports" not in compose["services"][name]
    assert compose["services"]["postgresql"]["network_mode"] == "none"
    places = {volume["target"] for volume in compose["services"]["rounds"]["volumes"]}
    assert {"/etc/rounds", "/var/lib/rounds", "/run/postgresql"} <= places
    hidden = [one.partition(":")[0] for one in compose["services"]["rounds"]["tmpfs"]]
    assert "/etc/rounds/tls" in hidden, "it would see the key of the certificate"


def test_what_prepare_makes_is_all_that_is_mounted(compose: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    words = ["sh", "deploy/prepare.sh", "visits.clinic.example", "it@clinic.example", "192.0.2.7"]
    subprocess.run(words, cwd=tmp_path, check=True, capture_output=True, timeout=30)
    for service in compose["services"].values():
        for volume in service["volumes"]:
            made = tmp_path / volume["source"]
            assert made.is_dir(), volume["source"]
            if volume["source"].startswith("./s"):
                assert made.stat().st_mode & 0o077 == 0, volume["source"]
        for name in service.get("secrets", []):
            secret = tmp_path / compose["secrets"][name]["file"]
            assert secret.stat().st_mode & 0o777 == 0o400
            assert len(secret.read_text()) == 64
