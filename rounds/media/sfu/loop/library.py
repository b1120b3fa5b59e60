"""The compiled packet loop: its functions and structures, if it is of these sources."""

from pathlib import Path
from typing import Any

from cffi import FFI

from rounds.media.sfu import native
from rounds.media.sfu.loop import build
from rounds.media.sfu.native import ADDRESS, LARGEST, SLOT, Context, MessageArray, integer
from rounds.media.sfu.track import Lane

Structure = Any
"""A cffi pointer to one of the structures of loop.h."""


class LoopUnusableError(Exception):
    """The compiled packet loop cannot be used here; the message says why."""


class Library:
    """What is compiled, and its structures."""

    def __init__(self, path: Path) -> None:
        """Open the library. Raises LoopUnusableError."""
        self.ffi = FFI()
        self.ffi.cdef((build.HERE / "loop.h").read_text())
        try:
            self.calls: Any = self.ffi.dlopen(str(path))
            told = self.calls.loop_revision()
        except (OSError, AttributeError) as fault:
            raise LoopUnusableError("it is not compiled") from fault
        if told != build.revision():
            raise LoopUnusableError("it was compiled from other sources")
        size = self.ffi.sizeof
        laid_out = size("loop_t") + 3 * size("layer_t") + 5 * size("sender_t") + 7 * size("lane_t")
        known = (self.calls.SLOT, self.calls.LARGEST, self.calls.ADDRESS)
        if self.calls.loop_sizes() != laid_out or known != (SLOT, LARGEST, ADDRESS):
            raise LoopUnusableError("its structures are laid out otherwise")

    def new(self, kind: str) -> Structure:
        """Return a fresh structure, freed with the last reference to it. Raises MemoryError."""
        made = getattr(self.calls, f"{kind}_new")()
        if made == self.ffi.NULL:
            raise MemoryError
        return self.ffi.gc(made, getattr(self.calls, f"{kind}_free"))

    def place(self, address: int) -> Any:
        """Return an address as a pointer."""
        return self.ffi.cast("void *", address)

    def key(self, words: tuple[int, ...]) -> Any:
        """Return an address, as the kernel wrote it, in three words."""
        return self.ffi.new("uint64_t[3]", words)

    def attach(
        self, loop: Structure, descriptor: int, incoming: MessageArray, outgoing: MessageArray
    ) -> None:
        """Let the loop work on that socket and those arrays, which must outlive it."""
        loop.descriptor = descriptor
        call = "int (*)(void *, void *, int *)"
        loop.unprotect, loop.protect = (
            self.ffi.cast(call, address) for address in native.srtp_addresses()
        )
        loop.in_headers = self.place(incoming.start)
        loop.in_data = self.place(integer(incoming.pointers[0]))
        loop.in_addresses = self.place(incoming.own_address(0))
        loop.out_headers = self.place(outgoing.start)
        loop.out_vectors = self.place(outgoing.headers[2])
        loop.out_data = self.place(integer(outgoing.pointers[0]))

    def context(self, context: Context | None) -> Any:
        """Return one direction of SRTP as a pointer, that of None as none."""
        return self.ffi.NULL if context is None else self.place(integer(context))

    def fill_lane(self, lane: Structure, takes: Lane) -> None:
        """Write what a copy in the common case takes."""
        context, address, ssrc, offset = takes
        lane.context = self.context(context)
        lane.address = self.place(address)
        lane.ssrc, lane.offset = ssrc, offset & 0xFFFF
