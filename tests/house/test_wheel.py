"""The wheel carries what the server serves, and none of the tools that made it."""

import tomllib

from tests.house.sources import ROOT, tracked

TOOLS = {"package.json", "package-lock.json", "tsconfig.json", ".npmrc", "tests"}


def test_everything_that_is_served_is_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    carried = settings["targets"]["wheel"]["force-include"]
    served = {path.parts[1] for path in tracked() if path.parts[0] == "static"} - TOOLS
    assert carried == {"templates": "rounds/templates"} | {
        f"static/{name}": f"rounds/static/{name}" for name in served
    }
