"""Datagrams that wait for the next batched send, with the time of the present turn."""

from rounds.media.sfu.native import (
    ADDRESS,
    SLOT,
    SRTP,
    Context,
    DatagramSocket,
    MessageArray,
    SocketAddress,
    memory,
)

CAPACITY = 512
"""Datagrams held at most before they are sent."""


class Outgoing:
    """The batch every part writes into; `flush` hands it to the kernel."""

    __slots__ = ("array", "count", "length", "now", "refused", "send_time", "sent", "socket")

    def __init__(self, socket: DatagramSocket, address_size: int) -> None:
        """Begin with an empty batch."""
        self.socket = socket
        self.array = MessageArray(CAPACITY, address_size)
        self.count = 0
        self.length = memory.new("int *")
        self.now = 0
        """Microseconds of the monotonic clock at the begin of this turn."""
        self.send_time = bytes(3)
        """The same as abs-send-time: seconds in 6.18 fixed point."""
        self.sent = 0
        self.refused = 0

    def begin(self, nanoseconds: int) -> None:
        """Take the time for all packets of this turn."""
        self.now = nanoseconds // 1000
        fixed = (nanoseconds * 262144 // 1_000_000_000) & 0xFFFFFF
        self.send_time = fixed.to_bytes(3, "big")

    def flush(self) -> None:
        """Send what waits."""
        count, self.count = self.count, 0
        if count:
            sent = self.socket.send(self.array, count)
            self.sent += sent
            self.refused += count - sent

    def plain(self, data: bytes, to: SocketAddress) -> None:
        """Queue a datagram as it is."""
        self._put(data)
        self._commit(len(data), to.pointer)

    def reply(self, data: bytes, raw: bytes) -> None:
        """Queue a datagram for an address that nobody keeps."""
        self._put(data)
        array, start = self.array, self.count * ADDRESS
        array.addresses[start : start + len(raw)] = raw
        array.headers[self.count * 8] = array.own_address(self.count)
        array.vectors[self.count * 2 + 1] = len(data)
        self.count += 1

    def rtp(self, data: bytes | bytearray, context: Context, to: SocketAddress) -> bool:
        """Queue an RTP packet; protect it first."""
        return self.rtp_to(data, context, to.pointer)

    def rtp_to(self, data: bytes | bytearray, context: Context, address: int) -> bool:
        """Do so for the address behind a pointer of a lane."""
        self._put(data)
        if SRTP.protect(context, self.array.pointers[self.count], self.length):
            return False
        self._commit(self.length[0], address)
        return True

    def rtcp(self, data: bytes, context: Context, to: SocketAddress) -> None:
        """Queue an RTCP packet; protect it first."""
        self._put(data)
        if not SRTP.protect_rtcp(context, self.array.pointers[self.count], self.length):
            self._commit(self.length[0], to.pointer)

    def _put(self, data: bytes | bytearray) -> None:
        if self.count >= CAPACITY:
            self.flush()
        start, size = self.count * SLOT, len(data)
        self.array.data[start : start + size] = data
        self.length[0] = size

    def _commit(self, length: int, address: int) -> None:
        self.array.headers[self.count * 8] = address
        self.array.vectors[self.count * 2 + 1] = length
        self.count += 1
