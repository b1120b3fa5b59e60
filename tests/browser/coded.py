"""A colour for every camera and a tone for every microphone, so that media says whose it is."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np

WIDTH, HEIGHT, RATE = 320, 180, 15
VOICE_RATE = 48_000
SECONDS = 2


@dataclass(frozen=True, slots=True)
class Coded:
    """What one person's devices give: a colour (red, green, blue) and a tone in Hz."""

    name: str
    role: str
    colour: tuple[int, int, int]
    tone: int


# Far apart in hue, and no tone a multiple or a neighbour of another.
GP = Coded("Dr Amara Osei", "gp", (200, 40, 40), 620)
PATIENT = Coded("Mara Lindqvist", "patient", (40, 180, 60), 1010)
SISTER = Coded("Ida Lindqvist", "relative", (50, 70, 210), 1730)
EVERYONE = (GP, PATIENT, SISTER)


def write_camera(path: Path, coded: Coded) -> Path:
    """Write a film of the colour, in which a darker bar moves (YUV4MPEG2, BT.601)."""
    red, green, blue = coded.colour
    luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
    chroma = (128 - 0.148 * red - 0.291 * green + 0.439 * blue,
              128 + 0.439 * red - 0.368 * green - 0.071 * blue)  # fmt: skip
    quarters = [np.full((HEIGHT // 2, WIDTH // 2), round(part), np.uint8) for part in chroma]
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(RATE * SECONDS):
            plane = np.full((HEIGHT, WIDTH), round(luma), np.uint8)
            at = number * WIDTH // (RATE * SECONDS)
            plane[:, at : at + 16] = round(luma * 0.8)
            film.write(b"FRAME\n" + plane.tobytes() + b"".join(one.tobytes() for one in quarters))
    return path


def write_lively_camera(path: Path, coded: Coded) -> Path:
    """Write a film of the colour over which grain drifts, as costly to send as a face that talks.

    Its seed is the person's own; VP8 takes some 400 kbit/s for it at the usual quality.
    """
    red, green, blue = coded.colour
    chance = np.random.default_rng(coded.tone)
    luma = 16 + 0.257 * red + 0.504 * green + 0.098 * blue
    chroma = (128 - 0.148 * red - 0.291 * green + 0.439 * blue,
              128 + 0.439 * red - 0.368 * green - 0.071 * blue)  # fmt: skip
    quarters = [np.full((HEIGHT // 2, WIDTH // 2), round(part), np.uint8) for part in chroma]
    coarse = chance.normal(0, 24, (HEIGHT // 6, WIDTH // 4))
    grain = np.kron(coarse, np.ones((6, 4)))
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(RATE * SECONDS):
            fine = chance.normal(0, 4, (HEIGHT, WIDTH))
            plane = np.roll(grain, number * 3, axis=1) + fine + luma
            film.write(b"FRAME\n" + np.clip(plane, 16, 235).astype(np.uint8).tobytes())
            film.write(b"".join(one.tobytes() for one in quarters))
    return path


def write_microphone(path: Path, coded: Coded) -> Path:
    """Write the tone, four syllables a second: a steady one is noise to a browser, and removed."""
    time = np.arange(VOICE_RATE * SECONDS) / VOICE_RATE
    syllables = np.clip(np.sin(2 * np.pi * 4 * time) * 4, 0, 1)
    samples = (0.5 * 32767 * syllables * np.sin(2 * np.pi * coded.tone * time)).astype("<i2")
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(VOICE_RATE)
        sound.writeframes(samples.tobytes())
    return path
