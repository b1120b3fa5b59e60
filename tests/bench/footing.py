"""The same ground for every target: a network namespace of the bench's own, where possible.

Janus gathers no loopback candidates, so both targets and the generator use an address of a veth
pair inside a namespace that exists only as long as the bench (packets between local addresses of
one namespace take the kernel's local path, as on loopback). Nothing can leave the machine.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

ADDRESS = "10.99.0.1"
INSIDE = "ROUNDS_BENCH_NAMESPACE"  # set for the bench that runs inside
COMMANDS = (
    "ip link set lo up",
    "ip link add bench0 type veth peer name bench1",
    f"ip address add {ADDRESS}/24 dev bench0",
    "ip link set bench0 up",
    "ip link set bench1 up",
)


@dataclass(frozen=True)
class Footing:
    """Where targets and generator bind."""

    host: str
    description: str

    @property
    def has_janus_address(self) -> bool:
        """Say whether Janus can be reached here."""
        return self.host == ADDRESS


def stand(arguments: list[str]) -> Footing:
    """Return the footing; the first call replaces this process by one inside a namespace.

    `arguments` are the bench's own, to start it again with. Where no namespace can be made
    (no rights, no `unshare` or `ip`), everything runs on loopback.
    """
    if os.environ.get(INSIDE) == "1":
        for command in COMMANDS:
            subprocess.run(command.split(), check=True)
        return Footing(ADDRESS, "one network namespace, address of a veth pair")
    prefix = _prefix()
    if prefix:
        os.environ[INSIDE] = "1"
        os.execvp(prefix[0], [*prefix, sys.executable, "-m", "tests.bench", *arguments])
    return Footing("127.0.0.1", "loopback (no network namespace could be made: Janus is left out)")


def _prefix() -> list[str]:
    """Return the command that enters a new namespace, or nothing when it is not allowed."""
    if sys.platform != "linux" or not shutil.which("unshare") or not shutil.which("ip"):
        return []
    mapped = [] if os.geteuid() == 0 else ["--map-root-user"]
    prefix = ["unshare", *mapped, "--net"]
    probe = "; ".join(COMMANDS[:2])
    tried = subprocess.run([*prefix, "sh", "-ec", probe], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else []
