"""A voice made of coded tones, and how many of them a listener could tell apart.

A tone lasts 60 ms, three packets, a short phoneme of quick speech, and none returns within three:
what a listener hears is read as runs of tones, so that a jitter buffer may stretch and shorten
them, and laid beside what was said with the fewest edits.
"""

import random
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
SYMBOL = 0.06
"""Seconds of one tone."""
TONES = (450, 750, 1100, 1500, 1950, 2450)
"""Hz; apart by more than the window below blurs, none a multiple of another."""
PERIOD = 200
"""Tones until the voice repeats itself."""
LOUDNESS = 0.4
RAMP = 0.004  # seconds at both ends of a tone, against clicks
HOP, WINDOW = 0.005, 0.02  # seconds
CLEARER = 3.0
"""Times the power of any other tone that makes a moment one tone's."""
AUDIBLE = 1e-3
"""Share of a full tone's power under which a moment is silence."""
SHORTEST = 4
"""Moments of one tone in a row that make it heard."""

Samples = NDArray[np.floating[Any]]


def _spoken() -> tuple[int, ...]:
    chance, said = random.Random(2198), [0, 1]
    while len(said) < PERIOD:
        following = [tone for tone in range(len(TONES)) if tone not in said[-2:]]
        if len(said) >= PERIOD - 2:  # the end is followed by the beginning
            following = [tone for tone in following if tone not in said[:2]]
        said.append(chance.choice(following))
    return tuple(said)


SPOKEN = _spoken()


def voice() -> Samples:
    """Return the whole voice once, 12 s at 48 kHz, from -1 to 1."""
    size, ramp = int(SYMBOL * RATE), int(RAMP * RATE)
    shape = np.ones(size)
    shape[:ramp] = np.sin(np.linspace(0, np.pi / 2, ramp)) ** 2
    shape[-ramp:] = shape[:ramp][::-1]
    time = np.arange(size) / RATE
    tones = [LOUDNESS * shape * np.sin(2 * np.pi * tone * time) for tone in TONES]
    return np.concatenate([tones[tone] for tone in SPOKEN])


def write_voice(path: Path) -> Path:
    """Write the voice for a browser that takes the file for a microphone, again and again."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes((voice() * 32767).astype("<i2").tobytes())
    return path


def listen(samples: Samples, rate: int) -> list[int]:
    """Return the tones heard, each by its place in TONES; the first and last may be cut off."""
    width, step = int(WINDOW * rate), int(HOP * rate)
    count = (len(samples) - width) // step + 1
    if count < 1:
        return []
    moments = np.lib.stride_tricks.sliding_window_view(samples, width)[::step] * np.hanning(width)
    waves = np.exp(-2j * np.pi * np.outer(np.arange(width) / rate, TONES))
    power = np.abs(moments @ waves) ** 2
    full = (LOUDNESS * width / 4) ** 2
    order = np.sort(power, axis=1)
    clear = (order[:, -1] > CLEARER * order[:, -2]) & (order[:, -1] > AUDIBLE * full)
    heard: list[int] = []
    run, length = -1, 0
    for tone, is_clear in zip(np.argmax(power, axis=1), clear, strict=True):
        if not is_clear:
            continue
        run, length = int(tone), length + 1 if tone == run else 1
        if length == SHORTEST and (not heard or heard[-1] != run):
            heard.append(run)
    return heard


@dataclass(frozen=True, slots=True)
class Understood:
    """How much of a stretch of the voice was heard right."""

    right: int
    said: int

    @property
    def share(self) -> float:
        """Right ones of those said."""
        return self.right / self.said if self.said else 0.0

    def __str__(self) -> str:
        """In words for a report."""
        return f"{self.share:.1%} of {self.said} tones understood"


def compare(heard: list[int], seconds: float) -> Understood:
    """Lay what was heard in `seconds` beside the voice, wherever in it the stretch began.

    Every missing, wrong and added tone is an error; the tones cut off at both ends are not counted.
    """
    said = max(1, int(seconds / SYMBOL + 1e-6) - 2)
    inner = heard[1:-1]
    if not inner:
        return Understood(0, said)
    spoken = np.array(SPOKEN * (2 + (len(inner) + said) // PERIOD))
    # Fewest edits with a free begin and end in `spoken`: a cell is edits * many + where it began.
    many = len(spoken) + 1
    steps = np.arange(many) * many
    row = np.arange(many)
    for number, tone in enumerate(inner, 1):
        above = np.minimum(row[:-1] + many * (spoken != tone), row[1:] + many)
        following = np.concatenate(([number * many], above))
        row = np.minimum.accumulate(following - steps) + steps
    end = int(np.argmin(row))
    edits, began = divmod(int(row[end]), many)
    return Understood(max(0, end - began - edits), max(said, end - began))
