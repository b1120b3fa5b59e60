"""Who has only the source archive can build the image and set a machine up from it."""

import subprocess
import sys
import tarfile
from pathlib import Path

from tests.deploy.dockerfile import context
from tests.house.sources import ROOT, tracked


def test_the_archive_has_all_that_the_builder_is_given(tmp_path: Path) -> None:
    build = "import sys; from hatchling.build import build_sdist; build_sdist(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, tmp_path], cwd=ROOT, check=True, timeout=60)
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        carried = {name.partition("/")[2] for name in archive.getnames()}
    given = {path.as_posix() for path in context()}
    assert len(given) > 500
    assert given <= carried
    ways = {path.as_posix() for path in tracked() if path.parts[0] == "deploy"}
    assert ways | {"Dockerfile", "docker-compose.yml", "docs/OPERATIONS.md"} <= carried
    assert not {name for name in carried if "node_modules" in name or name.startswith(".env")}
