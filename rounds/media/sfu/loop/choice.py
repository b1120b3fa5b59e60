"""Whether the compiled packet loop can be used here: it is there, and passes a self-test."""

import struct
from functools import cache

from rounds.media.sfu import native
from rounds.media.sfu.loop import build
from rounds.media.sfu.loop.library import Library, LoopUnusableError
from rounds.media.sfu.native import ADDRESS, SLOT, SRTP, MessageArray
from rounds.media.sfu.sockets import pack_address
from rounds.media.sfu.udp import KEY

CLEAR = (
    struct.pack("!BBHII", 0x80, 96, 8, 2, 3) + b"in order",
    struct.pack("!BBHII", 0x80, 96, 10, 2, 3) + b"after a gap",
)
COPY = struct.pack("!BBHII", 0x90, 96, 9, 2, 5)
"""How the header of the first goes out to a copy with that SSRC, one number further on."""


@cache
def usable() -> Library:
    """Return the compiled loop. Raises LoopUnusableError."""
    if not native.batches_work():
        raise LoopUnusableError("this system has no batched calls")
    if not SRTP.in_place:
        raise LoopUnusableError("libsrtp cannot be called in place")
    library = Library(build.LIBRARY)
    if not works(library):
        raise LoopUnusableError("it does not pass its self-test")
    return library


def works(library: Library) -> bool:
    """Return whether a packet in order comes out for its copy, and others are left to Python."""
    calls, key, source = library.calls, bytes(range(28)), pack_address(2, ("192.0.2.1", 9))
    sessions = [native.session(key, way) for way in (*native.WAYS, *native.WAYS)]
    sealer, inbound, outbound, opener = (SRTP.context(session) for session in sessions)
    incoming, outgoing = MessageArray(2, 16), MessageArray(calls.CAPACITY, 16)
    loop, sender, layer = (library.new(kind) for kind in ("loop", "sender", "layer"))
    library.attach(loop, -1, incoming, outgoing)
    sender.inbound, sender.allowance, sender.sources = library.context(inbound), 2, 1
    sender.source[0].ssrc, sender.source[0].payload, sender.source[0].layer = 3, 96, layer
    layer.newest, layer.allowance, layer.video, layer.payload, layer.lanes = 0x10007, 99, 1, 96, 1
    library.fill_lane(layer.lane[0], (outbound, 0, 5, 1))
    calls.loop_adopt(loop, library.key(KEY.unpack(source + bytes(8))), sender)
    length = native.memory.new("int *")
    for slot, clear in enumerate(CLEAR):
        incoming.data[slot * SLOT : slot * SLOT + len(clear)] = clear
        incoming.addresses[slot * ADDRESS : slot * ADDRESS + len(source)] = source
        length[0] = len(clear)
        SRTP.protect(sealer, incoming.pointers[slot], length)
        incoming.lengths[slot * 16 + 14] = length[0]
    taken = [calls.loop_take(loop, slot) for slot in range(2)]
    if taken != [1, 0] or loop.queued != 1 or loop.opened != len(CLEAR[1]):
        return False
    length[0] = outgoing.vectors[1]
    if SRTP.unprotect(opener, outgoing.pointers[0], length):
        return False
    came = bytes(outgoing.data[: length[0]])
    return came[:12] == COPY and came[24:] == CLEAR[0][12:]
