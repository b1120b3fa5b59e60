"""Redundant audio (RFC 2198): where a packet's own block and the repeated ones stand in it.

Each repeated block has a header of four bytes: a bit that another header follows, seven of payload
type, fourteen of how much earlier it was spoken, ten of length. The packet's own block comes last;
its header is one byte, and it has the rest of the packet.
"""

from rounds.media.sfu.rtp import OPUS, Buffer

FOLLOWS = 0x80
HEADER = 4
MOST_REPEATED = 8
"""Repeated blocks taken of one packet; browsers send one."""

Block = tuple[int, int, int]
"""How much earlier it was spoken (1/48000 s), offset and length."""


def own_block(buffer: Buffer, start: int, end: int) -> int:
    """Return where the packet's own block begins in the payload from `start` to `end`.

    -1 if a length leads outside of the payload, if a block is not Opus as we number it, or if the
    packet's own block is empty.
    """
    at, repeated = start, 0
    most = start + HEADER * MOST_REPEATED
    while at < end:
        first = buffer[at]
        if first == OPUS:
            at += 1 + repeated
            return at if at < end else -1
        if first != FOLLOWS | OPUS or at >= most or at + HEADER > end:
            return -1
        repeated += (buffer[at + 2] & 3) << 8 | buffer[at + 3]
        at += HEADER
    return -1


def repeated_blocks(buffer: Buffer, start: int, own: int) -> list[Block]:
    """Return the repeated blocks, the latest spoken first; `own` is what `own_block` has found."""
    heads: list[tuple[int, int]] = []
    at = start
    while buffer[at] & FOLLOWS:
        earlier = buffer[at + 1] << 6 | buffer[at + 2] >> 2
        heads.append((earlier, (buffer[at + 2] & 3) << 8 | buffer[at + 3]))
        at += HEADER
    blocks: list[Block] = []
    end = own
    for earlier, length in reversed(heads):
        end -= length
        blocks.append((earlier, end, length))
    return blocks
