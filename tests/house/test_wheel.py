"""The wheel carries what the server serves, and none of the tools that checked it."""

import subprocess
import sys
import zipfile
from pathlib import Path

from tests.house.sources import ROOT, tracked

TOOLS = {"package.json", "package-lock.json", "tsconfig.json", ".npmrc", "build.mjs"}


def test_what_is_served_is_in_the_wheel_and_nothing_more(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], cwd=ROOT, check=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = {name for name in wheel.namelist() if name.startswith("rounds/")}
    expected = {
        path.as_posix() if path.parts[0] == "rounds" else f"rounds/{path.as_posix()}"
        for path in tracked()
        if path.parts[0] in ("rounds", "static", "templates") and path.name not in TOOLS
    }
    compiled = {"rounds/media/sfu/loop/loop.so"}
    assert {name for name in carried if not name.endswith(".mo")} == expected | compiled
