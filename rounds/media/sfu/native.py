"""The only place that touches libsrtp's binding and the batched system calls.

Both have a plain fall-back, chosen at start: libsrtp is called in place through pylibsrtp's
compiled binding when that passes a self-test, else through its public Session; datagrams move by
`recvmmsg(2)` and `sendmmsg(2)` on 64-bit Linux, else one by one.
"""

import errno
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pylibsrtp
from cffi import FFI

from rounds.media.sfu.sockets import pack_address, unpack_address

SLOT = 2304
"""Bytes of one datagram buffer: the largest datagram taken plus header growth and SRTP trailer."""
LARGEST = 2048
"""Bytes of the largest datagram taken; anything longer is refused."""
ADDRESS = 32
"""Bytes kept per socket address: `sockaddr_in6` has 28."""

Pointer = Any
"""A cffi pointer into one of our buffers."""
Context = Any
"""One direction of SRTP, as the calls below take it."""

memory = FFI()
memory.cdef("""
int recvmmsg(int, void *, unsigned int, int, void *);
int sendmmsg(int, void *, unsigned int, int);
""")
try:
    # The same call without a Python frame around it: it is made for every packet and receiver.
    move = pylibsrtp._binding.ffi.memmove  # noqa: SLF001 - see the module's duty
except AttributeError:
    move = memory.memmove

InPlace = Callable[[Context, Pointer, Pointer], int]
"""Takes context, packet and `int *` length; rewrites both; 0 is success."""


@dataclass(frozen=True, slots=True)
class SrtpCalls:
    """The four operations of RFC 3711 on a packet in place, and how to reach a context."""

    protect: InPlace
    unprotect: InPlace
    protect_rtcp: InPlace
    unprotect_rtcp: InPlace
    context: Callable[[pylibsrtp.Session], Context]
    in_place: bool


def integer(pointer: Pointer) -> int:
    """Return the address a pointer holds."""
    return int(memory.cast("uintptr_t", pointer))


def _through_binding() -> SrtpCalls:
    lib = pylibsrtp._binding.lib  # noqa: SLF001 - the one private name this file exists for
    return SrtpCalls(
        lib.srtp_protect,
        lib.srtp_unprotect,
        lib.srtp_protect_rtcp,
        lib.srtp_unprotect_rtcp,
        lambda session: session._srtp[0],  # noqa: SLF001 - as above
        in_place=True,
    )


def _through_session() -> SrtpCalls:
    def wrap(name: str) -> InPlace:
        def call(session: Context, packet: Pointer, length: Pointer) -> int:
            try:
                result = getattr(session, name)(memory.buffer(packet, length[0])[:])
            except (pylibsrtp.Error, ValueError):
                return 1
            move(packet, result, len(result))
            length[0] = len(result)
            return 0

        return call

    return SrtpCalls(
        wrap("protect"),
        wrap("unprotect"),
        wrap("protect_rtcp"),
        wrap("unprotect_rtcp"),
        lambda session: session,
        in_place=False,
    )


WAYS = (pylibsrtp.Policy.SSRC_ANY_OUTBOUND, pylibsrtp.Policy.SSRC_ANY_INBOUND)
"""The two directions that `session` takes."""


def session(key: bytes, direction: int) -> pylibsrtp.Session:
    policy = pylibsrtp.Policy(
        key=key, ssrc_type=direction, srtp_profile=pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    )
    return pylibsrtp.Session(policy)


def works(calls: SrtpCalls) -> bool:
    """Return whether a packet survives the round trip and a changed one is refused."""
    key = bytes(range(28))
    sender, receiver = (session(key, way) for way in WAYS)
    clear = struct.pack("!BBHII", 0x80, 96, 1, 2, 3) + b"self-test"
    packet, length = memory.new("char[]", SLOT), memory.new("int *", len(clear))
    move(packet, clear, len(clear))
    if calls.protect(calls.context(sender), packet, length):
        return False
    sealed = memory.buffer(packet, length[0])[:]
    if clear[12:] in sealed:
        return False
    packet[length[0] - 1] = bytes([sealed[-1] ^ 1])
    if not calls.unprotect(calls.context(receiver), packet, length):
        return False
    move(packet, sealed, len(sealed))
    length[0] = len(sealed)
    done = calls.unprotect(calls.context(receiver), packet, length)
    return done == 0 and memory.buffer(packet, length[0])[:] == clear


def choose_srtp() -> SrtpCalls:
    """Return the in-place calls if they pass the self-test, else the public ones."""
    try:
        calls = _through_binding()
        if works(calls):
            return calls
    except (AttributeError, TypeError):
        pass
    return _through_session()


SRTP = choose_srtp()


def srtp_addresses() -> tuple[int, int]:
    """Return where libsrtp's `unprotect` and `protect` are. Raises AttributeError, TypeError."""
    binding = pylibsrtp._binding  # noqa: SLF001 - as above
    names = ("srtp_unprotect", "srtp_protect")
    first, second = (integer(binding.ffi.addressof(binding.lib, name)) for name in names)
    return first, second


class MessageArray:
    """Headers, addresses and buffers of many datagrams in plain memory.

    They are edited through memoryviews, which costs less than cffi's structures:
    `struct mmsghdr` is 64 bytes on 64-bit Linux: name, name length, vector, count, …, length.
    """

    def __init__(self, count: int, address_size: int) -> None:
        """Lay out `count` slots whose addresses have `address_size` bytes for the kernel."""
        self.count = count
        self._headers = memory.new("char[]", count * 64)
        self._vectors = memory.new("char[]", count * 16)
        self._addresses = memory.new("char[]", count * ADDRESS)
        self._data = memory.new("char[]", count * SLOT)
        headers = memoryview(memory.buffer(self._headers)).cast("B")
        self.headers = headers.cast("Q")
        self.lengths = headers.cast("I")
        self.vectors = memoryview(memory.buffer(self._vectors)).cast("B").cast("Q")
        self.addresses = memoryview(memory.buffer(self._addresses)).cast("B")
        self.data = memoryview(memory.buffer(self._data)).cast("B")
        self.pointers = [self._data + slot * SLOT for slot in range(count)]
        for slot in range(count):
            self.headers[slot * 8] = self.own_address(slot)
            self.lengths[slot * 16 + 2] = address_size
            self.headers[slot * 8 + 2] = integer(self._vectors + slot * 16)
            self.headers[slot * 8 + 3] = 1
            self.vectors[slot * 2] = integer(self.pointers[slot])
            self.vectors[slot * 2 + 1] = LARGEST + 1
        self.start = integer(self._headers)

    def own_address(self, slot: int) -> int:
        """Return where the slot's own place for an address is."""
        return integer(self._addresses + slot * ADDRESS)

    def at(self, slot: int) -> Pointer:
        """Return the header of a slot for the system call."""
        return memory.cast("void *", self.start + slot * 64)


class SocketAddress:
    """One address in the kernel's form, at a place in memory that never moves."""

    __slots__ = ("_bytes", "pointer")

    def __init__(self) -> None:
        """Begin with no address."""
        self._bytes = memory.new("char[]", ADDRESS)
        self.pointer = integer(self._bytes)

    def set(self, raw: bytes) -> None:
        """Point to another place from the next datagram on."""
        move(self._bytes, raw, len(raw))


def batches_work() -> bool:
    """Return whether this system has the batched calls with the layout above."""
    return sys.platform == "linux" and struct.calcsize("P") == 8


class BatchedSocket:
    """A UDP socket that moves many datagrams with one system call."""

    def __init__(self, sock: socket.socket) -> None:
        """Use a bound, non-blocking socket."""
        self._libc = memory.dlopen(None)
        self._descriptor = sock.fileno()

    def receive(self, array: MessageArray) -> int:
        """Fill the array's slots; return how many."""
        count: int = self._libc.recvmmsg(
            self._descriptor, array.at(0), array.count, socket.MSG_DONTWAIT, memory.NULL
        )
        return max(0, count)

    def send(self, array: MessageArray, count: int) -> int:
        """Send the first `count` slots; return how many the kernel took.

        A datagram the kernel refuses (no route, for example) is skipped; a full buffer ends it.
        """
        done = sent = 0
        while done < count:
            took = self._libc.sendmmsg(
                self._descriptor, array.at(done), count - done, socket.MSG_DONTWAIT
            )
            if took > 0:
                done += took
                sent += took
            elif memory.errno in (errno.EAGAIN, errno.ENOMEM, errno.ENOBUFS):
                break
            else:
                done += 1
        return sent


class PlainSocket:
    """The same with one system call per datagram, for every other system."""

    def __init__(self, sock: socket.socket) -> None:
        """Use a bound, non-blocking socket."""
        self._socket = sock

    def receive(self, array: MessageArray) -> int:
        """Fill the array's slots; return how many."""
        for slot in range(array.count):
            start = slot * SLOT
            try:
                length, address = self._socket.recvfrom_into(
                    array.data[start : start + LARGEST + 1]
                )
            except OSError:
                return slot
            raw = pack_address(self._socket.family, address)
            array.addresses[slot * ADDRESS : slot * ADDRESS + len(raw)] = raw
            array.lengths[slot * 16 + 14] = length
        return array.count

    def send(self, array: MessageArray, count: int) -> int:
        """Send the first `count` slots; return how many the kernel took."""
        sent = 0
        for slot in range(count):
            name = memory.cast("char *", array.headers[slot * 8])
            host, port = unpack_address(memory.buffer(name, ADDRESS)[:])
            if self._socket.family == socket.AF_INET6 and ":" not in host:
                host = f"::ffff:{host}"
            start = slot * SLOT
            try:
                length = array.vectors[slot * 2 + 1]
                self._socket.sendto(array.data[start : start + length], (host, port))
            except OSError:
                continue
            sent += 1
        return sent


DatagramSocket = BatchedSocket | PlainSocket
