"""What one record, or many together, say of connections, as shares and times (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rounds.rooms.tally import Delays


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares are 0 to 1; round trips in milliseconds, None where none was measured.

    `weak` and `lost` are shares of the time in the call, `frozen` of the time that pictures were to
    be seen, `concealed` of the sound, `relayed` of the people.
    """

    people: int
    minutes: int
    reconnections: int
    weak: float
    lost: float
    median: int | None
    p95: int | None
    up_loss: float
    down_loss: float
    freezes: int
    frozen: float
    concealed: float
    relayed: float


def summarise(records: Sequence[Any]) -> Summary:
    """Return what the records, or rows with `SUMMED` of them, say together."""
    delays = Delays()
    for one in records:
        delays.add(Delays.read(one.delays))
    present = sum(one.present_ms for one in records)
    return Summary(
        people=len(records),
        minutes=round(present / 60_000),
        reconnections=sum(one.reconnections for one in records),
        weak=_share(sum(one.weak_ms for one in records), present),
        lost=_share(sum(one.lost_ms for one in records), present),
        median=delays.quantile(0.5),
        p95=delays.quantile(0.95),
        up_loss=_share(sum(one.up_lost for one in records), sum(one.up_packets for one in records)),
        down_loss=_share(
            sum(one.down_lost for one in records), sum(one.down_packets for one in records)
        ),
        freezes=sum(one.freezes for one in records),
        frozen=_share(
            sum(one.frozen_ms for one in records), sum(one.watched_ms for one in records)
        ),
        concealed=_share(
            sum(one.concealed_ms for one in records), sum(one.heard_ms for one in records)
        ),
        relayed=_share(sum(one.path == "relay" for one in records), len(records)),
    )


def _share(part: int, whole: int) -> float:
    return round(min(1.0, part / whole), 4) if whole else 0.0
