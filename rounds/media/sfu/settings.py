"""What the media process is told at its start."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SfuSettings:
    """Where to listen and how to be reached; it is the first message to the media process."""

    port: int
    """UDP port; 0 takes any free one."""
    host: str = ""
    """Address to bind; empty binds all, IPv6 and IPv4."""
    addresses: tuple[str, ...] = ()
    """Addresses told to browsers; `local` stands for those found on this machine, and so does
    nothing at all."""
    loopback: bool = False
    """Also tell loopback addresses, for browsers on this machine."""
    batched: bool = True
    """Use the batched system calls where the system has them."""

    loop: str = "auto"
    """What forwards: `native` is compiled, `python` is not, `auto` takes what can be used here."""

    tcp_port: int | None = None
    """TCP port for networks that let no UDP out; 0 takes any free one, None is none."""
    probe_key: str = ""
    """Answer probes made with this key; empty answers none."""

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> "SfuSettings":
        """Return the settings of their JSON form. Raises TypeError or KeyError otherwise."""
        return cls(**fields | {"addresses": tuple(fields["addresses"])})
