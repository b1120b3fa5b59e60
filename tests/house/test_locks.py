"""Lock files: everything pinned by hash, nothing tied to a place it was downloaded from."""

import hashlib
import json
import re

from tests.house.sources import ROOT


def test_python_pins_carry_hashes_and_no_addresses() -> None:
    text = (ROOT / "constraints.txt").read_text()
    assert not re.search(r"://|--index-url|--find-links", text)
    pins = re.findall(
        r"^(\S+==[^\s;]+)[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", text, re.M
    )
    named = re.findall(r"^[a-z0-9][^\s#]*", text, re.M | re.I)
    assert len(pins) == len(named) > 50


def test_build_tools_are_pinned_with_everything_else() -> None:
    text = (ROOT / "constraints.txt").read_text()
    assert {"hatchling", "editables", "pip"} <= set(re.findall(r"^([a-z0-9-]+)==", text, re.M))


def test_browser_tools_are_locked_without_addresses() -> None:
    lock = json.loads((ROOT / "static/package-lock.json").read_text())
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert installed
    assert all("resolved" not in entry and entry["integrity"] for entry in installed.values())


def test_vendored_files_are_those_that_the_lock_names() -> None:
    folder = ROOT / "static/vendor"
    lock = json.loads((folder / "LOCK.json").read_text())
    assert {path.name for path in folder.glob("*.js")} == set(lock)
    bundle = (folder / "BUNDLE.md").read_text()
    for name, entry in lock.items():
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], name
        assert len(content) == entry["bytes"]
        assert entry["license"]
        assert name in bundle
