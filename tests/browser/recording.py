"""What one person hears and sees of another for a while: tones understood, freezes seen."""

import base64
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from tests.browser.coded import Coded
from tests.browser.person import Person
from tests.media.impairment.symbols import Samples, Understood, compare, listen

RECORDER = Path(__file__).with_name("recorder.js").read_text()
STILL = 0.5
"""Seconds without a new picture at the end of a recording from which the picture stands: a browser
counts a freeze only when it is over."""


@dataclass(frozen=True)
class Recording:
    """One way between two people, as the receiving browser lived through it."""

    samples: Samples
    rate: int
    concealed: float
    """Share of the sound that the browser made up."""
    frozen: float
    """Share of the time in which the picture stood."""
    freezes: int
    frames: int
    lost: float
    """Share of voice packets that did not come by themselves."""
    requests: int
    """How often packets of the picture were asked for again."""

    @cached_property
    def understood(self) -> Understood:
        """How many tones were told apart; reckoned late, for it would hold up a relay beside it."""
        return compare(listen(self.samples, self.rate), len(self.samples) / self.rate)

    def __str__(self) -> str:
        """In words for a report."""
        return (
            f"{self.understood}, {self.concealed:.1%} of the sound concealed, "
            f"{self.lost:.1%} of its packets lost, picture frozen {self.frozen:.1%} of the time "
            f"({self.freezes} freezes, {self.frames} frames, {self.requests} requests)"
        )


async def record(listener: Person, speaker: Coded, seconds: float) -> Recording:
    """Record the speaker's tile at the listener's screen."""
    await listener.page.evaluate(RECORDER)
    found: dict[str, Any] = await listener.page.evaluate(
        "([name, seconds]) => record(name, seconds)", [speaker.name, seconds]
    )
    moments: list[dict[str, float]] = found["moments"]
    first, last = moments[0], moments[-1]
    grown = {name: last[name] - first[name] for name in first}
    moved = next(one["at"] for one in moments if one["frames"] == last["frames"])
    still = last["at"] - moved
    return Recording(
        np.frombuffer(base64.b64decode(found["samples"]), "<i2") / 32767,
        found["rate"],
        grown["concealed"] / max(1.0, grown["samples"]),
        (grown["frozen"] + (still if still > STILL else 0.0)) / grown["at"],
        int(grown["freezes"]),
        int(grown["frames"]),
        max(0.0, grown["lost"]) / max(1.0, grown["lost"] + grown["packets"]),
        int(grown["requests"]),
    )
