"""How many datagrams and packets came, went and were dropped for which cause."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """Grows from the start of the media process; each drop has exactly one cause."""

    rtp: int = 0
    rtcp: int = 0
    stun: int = 0
    dtls: int = 0
    batches: int = 0
    resent: int = 0
    restored: int = 0
    filled: int = 0
    requested: int = 0
    key_frames_asked: int = 0
    feedback: int = 0
    not_cached: int = 0
    too_long: int = 0
    stranger: int = 0
    unknown_kind: int = 0
    over_rate: int = 0
    unauthentic: int = 0
    malformed: int = 0
    unnegotiated: int = 0
    over_cap: int = 0
    unexpected: int = 0
    inbox_full: int = 0
    stun_malformed: int = 0
    stun_unknown: int = 0
    stun_forged: int = 0
    stun_over_rate: int = 0
    address_taken: int = 0
    probes: int = 0
    tcp: int = 0
    tcp_refused: int = 0
    tcp_slow: int = 0
    faults: int = 0

    def report(self) -> dict[str, int]:
        """Return all numbers by name."""
        return asdict(self)
