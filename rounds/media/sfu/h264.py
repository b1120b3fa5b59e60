"""H.264 in RTP (RFC 6184): where a key frame begins, and in which of its forms we take it."""

import re

from rounds.media.sfu import sequence_parameters
from rounds.media.sfu.codec import Descriptor
from rounds.media.sfu.rtp import Buffer

NAME, NUMBER = "H264/90000", 102
FORMAT = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
"""Constrained Baseline, which every browser decodes (RFC 7742 §6.2), at level 3.1."""

PLAIN_SLICES, SEQUENCE, TOGETHER, FRAGMENT = range(1, 5), 7, 24, 28
"""Kinds of NAL units: slices that need earlier pictures, sequence parameter set, STAP-A, FU-A."""
MOST_UNITS = 16
"""Units of one packet that are looked at; the parameter sets come first."""
NOTHING = (False, 0, 0, 0, 0)

PROFILE = re.compile(r"[0-9a-f]{6}")
DEFAULT = "42000a"
"""What is meant where none is named: Baseline at level 1 (RFC 6184 §8.1)."""
LEVEL = 0x1F
"""3.1: 1280x720 at 30 frames/s."""


# --- packets -------------------------------------------------------------------------------------


def read(buffer: Buffer, at: int, length: int) -> Descriptor | None:
    """Find where a key frame begins; None if the payload leads outside of itself.

    It begins with its sequence parameter set, in the packet of the first IDR slice or in one of
    its own before it: a decoder that comes from another size could not read the slices alone, and
    WebRTC has parameter sets come in band (RFC 7742 §6.2). Of the places, the last two say where
    the set ends and where it begins behind its first byte.
    """
    if length < 2:
        return None
    kind = buffer[at] & 31
    if kind == SEQUENCE:
        return True, 0, 0, length, 1
    if kind == TOGETHER:
        return _read_together(buffer, at, length)
    if kind == FRAGMENT and buffer[at + 1] & 0x9F == 0x80 | SEQUENCE:
        return True, 0, 0, length, 2
    return NOTHING


def _read_together(buffer: Buffer, at: int, length: int) -> Descriptor | None:
    """Look through several units in one packet (RFC 6184 §5.7.1)."""
    found, place = NOTHING, 1
    for _ in range(MOST_UNITS):
        if place == length:
            break
        if place + 2 > length:
            return None
        size = buffer[at + place] << 8 | buffer[at + place + 1]
        place += 2
        if size == 0 or place + size > length:
            return None
        kind = buffer[at + place] & 31
        if kind in PLAIN_SLICES:
            return NOTHING
        if kind == SEQUENCE:
            found = True, 0, 0, place + size, place + 1
        place += size
    return found


def picture_of(_buffer: Buffer, _at: int, _told: Descriptor) -> int:
    """Return -1: pictures have no numbers outside of the coded data."""
    return -1


def base_of(_buffer: Buffer, _at: int, _told: Descriptor) -> int:
    """Return -1, too."""
    return -1


def renumber(_buffer: Buffer, _at: int, _told: Descriptor, _picture: int, _base: int) -> None:
    """Change nothing: sequence numbers and time are all that must go on."""


def height_of(buffer: Buffer, at: int, _length: int, told: Descriptor) -> int:
    """Return the shorter side in pixels that the sequence parameter set tells, 0 without."""
    _, _, _, end, start = told
    return sequence_parameters.shorter_side(bytes(buffer[at + start : at + end]))


# --- descriptions --------------------------------------------------------------------------------


def fit(offered: str) -> int:
    """Return how well these format parameters suit: Baseline, constrained is better.

    So is packetization mode 1, for only then a large unit comes in several packets. Mode 0 may be
    sent on as mode 1, of which it is a part; mode 2 is no live picture's (RFC 6184 §6.2 to §6.4).
    """
    told = _parameters(offered)
    mode = told.get("packetization-mode", "0")
    if mode not in ("0", "1"):
        return 0
    rank = _rank(told.get("profile-level-id", DEFAULT))
    return 2 * int(mode) + rank if rank else 0


def agree(offered: str) -> str:
    """Return the answer to format parameters that fit: same form, a level we ask for.

    Where the levels of the two ways may differ, ours counts; else it is the lower of the two
    (RFC 6184 §8.2.2).
    """
    told = _parameters(offered)
    free = told.get("level-asymmetry-allowed") == "1"
    parts = ["level-asymmetry-allowed=1"] if free else []
    parts.append(f"packetization-mode={told.get('packetization-mode', '0')}")
    profile = told.get("profile-level-id", "")
    if profile:
        if free or int(profile[4:], 16) > LEVEL:
            # Constraint 3 would turn level 1.1 into 1b, and says nothing at any other.
            profile = f"{profile[:2]}{int(profile[2:4], 16) & 0xEF:02x}{LEVEL:02x}"
        parts.append(f"profile-level-id={profile}")
    return ";".join(parts)


def _parameters(offered: str) -> dict[str, str]:
    named = (part.partition("=") for part in offered.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in named}


def _rank(profile: str) -> int:
    """Return 2 for Constrained Baseline, 1 for Baseline, 0 for others (RFC 6184 table 5)."""
    if not PROFILE.fullmatch(profile):
        return 0
    idc, constraints = int(profile[:2], 16), int(profile[2:4], 16)
    if constraints & 0x0F:
        return 0
    constrained = {0x42: 0x40, 0x4D: 0x80, 0x58: 0xC0}.get(idc)
    if constrained is None:
        return 0
    if constraints & constrained == constrained:
        return 2
    return 1 if idc == 0x42 or (idc == 0x58 and constraints & 0x80) else 0
