"""The image's own steps, run in a clean root, make a server that stands up as the file says."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.deploy.conftest import Image
from tests.deploy.dockerfile import context, stages
from tests.house.sources import ROOT
from tests.making.ground import free_port
from tests.measured import Measured

pytestmark = [
    pytest.mark.timeout(600),  # it fetches and installs everything that the server stands on
    pytest.mark.skipif(os.geteuid() != 0, reason="makes an account in a root of its own"),
]

TELLING = """
import json
from importlib.metadata import distributions
print(json.dumps([one.metadata["Name"].lower() for one in distributions()]))
"""
SECONDS_TO_STAND = 60


def run(image: Image, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    image.root.environment |= settings
    return subprocess.run(
        serving(image, *words), capture_output=True, text=True, timeout=120, check=False
    )


def serving(image: Image, *words: str) -> list[str]:
    account = image.stage.last("USER").partition(":")[0]
    return image.root.serving(image.stage.last("VOLUME"), *words, account=account)


@contextlib.contextmanager
def started(image: Image) -> Iterator["subprocess.Popen[str]"]:
    """ENTRYPOINT with CMD, as an engine starts it."""
    words = [*image.stage.words("ENTRYPOINT"), *image.stage.words("CMD")]
    process = subprocess.Popen(
        serving(image, *words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def health(image: Image) -> int:
    """What the image's own check of health ends with."""
    check = image.stage.last("HEALTHCHECK")
    words: list[str] = json.loads(check[check.index("[") :])
    return run(image, *words).returncode


def test_what_was_built_serves_under_its_own_account_and_cannot_change_itself(
    image: Image, measured: Measured
) -> None:
    port = str(free_port())
    made = run(image, *image.stage.words("ENTRYPOINT"), "demo", "--prepare-only", ROUNDS_PORT=port)
    assert made.returncode == 0, made.stderr
    assert health(image) != 0, "it is well though nothing runs"
    begun = time.monotonic()
    with started(image) as process:
        while health(image) != 0:
            assert process.poll() is None, process.communicate()[0]
            assert time.monotonic() - begun < SECONDS_TO_STAND
        measured(
            "image: seconds until its check of health says well", round(time.monotonic() - begun, 1)
        )
        family = psutil.Process(process.pid).children(recursive=True)
        ours = [one for one in family if "/opt/rounds/bin/rounds" in one.cmdline()]
        assert [one.uids().effective for one in family if one.name() != "bwrap"] != []
        assert {one.uids().effective for one in family if one.name() != "bwrap"} == {10001}
        for one in ours:
            capabilities = Path(f"/proc/{one.pid}/status").read_text()
            assert "CapEff:\t0000000000000000" in capabilities
            assert "CapBnd:\t0000000000000000" in capabilities
        ours[0].terminate()
        assert process.wait(timeout=30) == 0
    assert image.root.path("/var/lib/rounds/secret").stat().st_mode & 0o777 == 0o400


def test_nothing_else_can_be_written(image: Image) -> None:
    for place in ("/opt/rounds/x", "/etc/x", "/x"):
        tried = run(image, "python", "-c", f"open({place!r}, 'w')")
        assert "Read-only file system" in tried.stderr or "Permission denied" in tried.stderr
    assert run(image, "python", "-c", "open('/var/lib/rounds/x', 'w')").returncode == 0


def test_it_carries_what_the_server_stands_on_and_no_tool(image: Image, measured: Measured) -> None:
    told: list[str] = json.loads(run(image, "python", "-c", TELLING).stdout)
    assert {"rounds", "aiohttp", "aiortc", "sqlalchemy", "asyncpg"} <= set(told)
    assert {"pip", "setuptools", "hatchling", "mypy", "pytest", "playwright", "ruff"} & set(
        told
    ) == set()
    size = sum(path.lstat().st_size for path in image.root.path("/opt/rounds").rglob("*"))
    measured("image: MB beside the base", round(size / 1e6))
    assert size < 400e6


def test_every_module_is_compiled(image: Image) -> None:
    package = next(image.root.path("/opt/rounds/lib").glob("python3*/site-packages/rounds"))
    modules = list(package.rglob("*.py"))
    assert len(modules) > 200
    assert [
        path
        for path in modules
        if not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))
    ] == []
    assert (package / "templates").is_dir()
    assert (package / "static").is_dir()


def test_the_compiled_loop_forwards_in_it(image: Image) -> None:
    asked = "from rounds.media.sfu.loop.choice import usable; print(usable())"
    told = run(image, "python", "-c", asked)
    assert (told.returncode, told.stderr) == (0, "")


def test_the_volume_is_empty_and_closed_until_the_first_start(tmp_path: Path) -> None:
    stage: Any = stages((ROOT / "Dockerfile").read_text("utf-8"))[-1]
    made = [rest for word, rest in stage.steps if word == "RUN"][-1]
    assert f"install -d -m 0700 -o {stage.last('USER').partition(':')[0]}" in made
    assert stage.last("VOLUME") == stage.environment["ROUNDS_DATA"] == stage.last("WORKDIR")


def test_no_secret_goes_to_the_builder_or_into_the_settings() -> None:
    names = {path.as_posix() for path in context()}
    assert not {name for name in names if name.startswith((".env", "secrets/", "state/", "data/"))}
    assert {path.parts[0] for path in context()} == {
        "LICENSE", "NOTICE", "README.md", "constraints.in", "constraints.txt", "deploy",
        "pyproject.toml", "rounds", "static", "templates",
    }  # fmt: skip
    for stage in stages((ROOT / "Dockerfile").read_text("utf-8")):
        words = " ".join(stage.environment).upper()
        assert not {part for part in ("SECRET", "PASSWORD", "TOKEN", "_KEY") if part in words}


def test_the_linter_finds_nothing() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), ROOT / "Dockerfile"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (linted.returncode, linted.stdout) == (0, "")
