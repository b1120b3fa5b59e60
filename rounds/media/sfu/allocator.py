"""Shares a narrow line among pictures: everyone small before anyone large, in the given order."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_PICTURE = 50_000
"""Bit/s below which a picture whose sender follows the cap is no picture any more; with these, 320
by 180 pixels still move."""
FAR_TOO_MUCH = 2.0
"""A picture that takes so many times what there is rests until its sender has heard of the cap: in
that time it would take the voices' place."""
ROOM_TO_RISE = 1.15
"""A larger layer is taken only with so much room, so that pictures do not flicker between two."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture that somebody may have."""

    rates: Sequence[int]
    """Bit/s of its layers, the smallest first."""
    most: int
    """The largest layer of use, -1 when the picture is not looked at."""
    now: int
    """The layer they have, -1 for none."""
    follows: bool
    """Whether the sender makes the picture as small as we say, as it has no other receiver."""
    comes: int = 0
    """Bit/s that come of its largest layer now."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a picture gets."""

    layer: int
    """-1 for nothing."""
    cap: int
    """Bit/s for a sender that follows, also for when it comes back; 0 for as much as it likes."""


def allocate(budget: int | None, wishes: Sequence[Wish]) -> list[Grant]:
    """Return a grant per wish, most important first; `budget` in bit/s, None for no limit."""
    if budget is None:
        return [Grant(wish.most, 0) for wish in wishes]
    left = budget
    layers: list[int] = []
    for wish in wishes:
        least = _least(wish)
        room = 1.0 if wish.now >= 0 else ROOM_TO_RISE
        if wish.most < 0 or least * room > left or _floods(wish, left):
            layers.append(-1)
            continue
        left -= least
        layers.append(wish.most if wish.follows else 0)
    for number, wish in enumerate(wishes):
        if layers[number] < 0 or wish.follows:
            continue
        while layers[number] < wish.most:
            larger = layers[number] + 1
            more = wish.rates[larger] - wish.rates[layers[number]]
            if more * (1.0 if larger <= wish.now else ROOM_TO_RISE) > left:
                break
            left -= max(0, more)
            layers[number] = larger
    return _with_caps(wishes, layers, left)


def _floods(wish: Wish, left: int) -> bool:
    """Return whether a sender that would follow does not do so yet."""
    return wish.follows and wish.now >= 0 and wish.comes > FAR_TOO_MUCH * left


def _least(wish: Wish) -> int:
    """Return what the picture takes at the least."""
    if wish.follows:
        return min(LEAST_PICTURE, wish.rates[wish.most])
    return wish.rates[0]


def _with_caps(wishes: Sequence[Wish], layers: Sequence[int], left: int) -> list[Grant]:
    """Give what is left to the first sender that follows; the others stay at their least."""
    grants: list[Grant] = []
    for wish, layer in zip(wishes, layers, strict=True):
        if wish.most < 0 or not wish.follows:
            grants.append(Grant(layer, 0))
            continue
        if layer < 0:
            grants.append(Grant(layer, LEAST_PICTURE))
            continue
        grants.append(Grant(layer, _least(wish) + left))
        left = 0
    return grants
