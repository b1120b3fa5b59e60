"""What the media process is told at its start."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class SfuSettings:
    """Where to listen and how to be reached; it travels to the media process as one argument."""

    port: int
    """UDP port; 0 takes any free one."""
    host: str = ""
    """Address to bind; empty binds all, IPv6 and IPv4."""
    addresses: tuple[str, ...] = ()
    """Addresses told to browsers; empty means those found on this machine."""
    loopback: bool = False
    """Also tell loopback addresses, for browsers on this machine."""
    batched: bool = True
    """Use the batched system calls where the system has them."""

    def to_json(self) -> str:
        """Return the form `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "SfuSettings":
        """Read the settings. Raises ValueError or TypeError for anything else."""
        fields = json.loads(text)
        fields["addresses"] = tuple(fields["addresses"])
        return cls(**fields)
