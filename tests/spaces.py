"""Networks of the tests' own: namespaces with cables between them, to block and to change.

They need root, or a system that lets anybody make namespaces; nothing of this machine's own network
is touched, and everything is gone when the holding processes end.
"""

import contextlib
import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
FOREVER = ["sleep", "infinity"]
CLONE_NEWNET = 0x40000000  # setns(2)


class Space:
    """One network: its own interfaces, routes and firewall."""

    def __init__(self, inside: "Space | None" = None) -> None:
        """Make an empty one, with loopback; `inside` the rights of another."""
        user = ["--user", "--map-root-user"] if os.geteuid() and inside is None else []
        enter: list[str] = inside.enter[:-1] if inside is not None and os.geteuid() else []
        self._holder = subprocess.Popen([*enter, "unshare", *user, "--net", *FOREVER])
        self._await_own()
        rights = ["--user", "--preserve-credentials"] if os.geteuid() else []
        self.enter: list[str] = ["nsenter", "-t", str(self.pid), *rights, "--net"]
        """A command that runs what follows inside."""
        self.run("ip", "link", "set", "lo", "up")

    @property
    def pid(self) -> int:
        """The process that holds the network."""
        return self._holder.pid

    def run(self, *words: str) -> str:
        """Run a command inside and return what it says."""
        done = subprocess.run(
            [*self.enter, *words],
            env={"PATH": PATH}, capture_output=True, text=True, timeout=20, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def filter_input(self, rules: Sequence[str]) -> None:
        """Let only pass what `rules` of nftables let; an empty list lets everything pass."""
        self.run("nft", "flush ruleset")
        if rules:
            self.run("nft", "add table inet t")
            self.run(
                "nft", "add chain inet t in { type filter hook input priority 0; policy accept; }"
            )
        for rule in rules:
            self.run("nft", f"add rule inet t in {rule}")

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Let what this thread opens meanwhile be inside, and stay there; only root may."""
        outside = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        inside = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _set_network(inside)
            try:
                yield
            finally:
                _set_network(outside)
        finally:
            os.close(inside)
            os.close(outside)

    def close(self) -> None:
        """Let it go."""
        self._holder.kill()
        self._holder.wait()

    def _await_own(self) -> None:
        ours = Path("/proc/self/ns/net").readlink()
        for _ in range(2000):
            with contextlib.suppress(OSError):
                if Path(f"/proc/{self._holder.pid}/ns/net").readlink() != ours:
                    return
            if self._holder.poll() is not None:
                break
        raise AssertionError("this system lets nobody make networks")


def _set_network(network: int) -> None:
    system = ctypes.CDLL(None, use_errno=True)
    if system.setns(network, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def cable(one: Space, name: str, other: Space, other_name: str) -> None:
    """Lay a cable between two networks; both ends are down."""
    one.run(
        "ip", "link", "add", name, "type", "veth", "peer", "name", other_name,
        "netns", str(other.pid),
    )  # fmt: skip


@contextlib.contextmanager
def two_spaces() -> Iterator[tuple[Space, Space]]:
    """Make two networks that one may join by cables."""
    one = Space()
    try:
        other = Space(one)
        try:
            yield one, other
        finally:
            other.close()
    finally:
        one.close()
