"""Compiles the packet loop while the package is built or installed; without a compiler, goes on."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILD = Path(__file__).with_name("build.py")


class PacketLoop(BuildHookInterface[Any]):
    """What the build asks before it packs the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the library beside its sources, and mark a wheel that carries it as this system's."""
        if self.target_name != "wheel":
            return
        # By its path: nothing that rounds stands on is here.
        hindrance = runpy.run_path(str(BUILD))["build"]()
        if hindrance:
            self.app.display_warning(f"Media will be forwarded by Python alone: {hindrance}")
            return
        build_data["artifacts"].append("/rounds/media/sfu/loop/loop.so")
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
