"""Browser code is served without comments and means the same as what was written."""

import subprocess
from pathlib import Path

from rounds.web.assets import VENDORED, Assets
from tests.house.sources import ROOT

STATIC = ROOT / "static"
NAMES = sorted(
    name
    for path in STATIC.rglob("*.js")
    if not (name := path.relative_to(STATIC).as_posix()).startswith(("node_modules/", VENDORED))
)


def test_what_is_served_means_what_was_written(tmp_path: Path) -> None:
    served = tmp_path / "served"
    assets = Assets(STATIC)
    for name in NAMES:
        found = assets.find(name)
        assert found is not None
        path = served / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found[0].body)
    written, understood = (_compiled(folder, tmp_path) for folder in (STATIC, served))
    assert len(written) == len(NAMES) > 150
    assert [name for name in NAMES if written[name] != understood[name]] == []


def test_comments_stay_at_home_and_licences_travel() -> None:
    assets = Assets(STATIC)
    ours, yjs = assets.find("careplan/section.js"), assets.find("vendor/yjs.js")
    assert ours is not None
    assert yjs is not None
    assert b"@typedef" not in ours[0].body
    assert yjs[0].body == (STATIC / "vendor/yjs.js").read_bytes()
    assert b"MIT" in yjs[0].body


def _compiled(folder: Path, tmp_path: Path) -> dict[str, bytes]:
    """What a compiler makes of each file: two that mean the same come out the same."""
    out = tmp_path / f"{folder.name}-compiled"
    command = [str(STATIC / "node_modules/.bin/esbuild"), *NAMES, "--format=esm", "--minify"]
    options = ["--legal-comments=none", "--outbase=.", f"--outdir={out}", "--log-level=error"]
    subprocess.run([*command, *options], cwd=folder, check=True, timeout=60)
    return {name: (out / name).read_bytes() for name in NAMES}
