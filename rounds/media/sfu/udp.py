"""The one UDP port: batches in, told apart by first byte and source, bounded per turn."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable

from rounds.kernel.logs import get_logger
from rounds.kernel.tasks import Tasks
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.ice import IceLite
from rounds.media.sfu.native import (
    ADDRESS,
    LARGEST,
    SLOT,
    SRTP,
    BatchedSocket,
    DatagramSocket,
    MessageArray,
    PlainSocket,
    batches_work,
    memory,
)
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.sockets import open_socket, unpack_address
from rounds.media.sfu.transport import AddressKey, Transport

log = get_logger(__name__)

BATCH = 64
"""Datagrams fetched with one call."""
BATCHES_PER_TURN = 4
"""Then everything else of the process has its turn."""
BUFFER_BYTES = 4 * 1024 * 1024
SOCKET_ADDRESS = {socket.AF_INET6: 28, socket.AF_INET: 16}
KEY = struct.Struct("=QQQ")
"""Family, port and address of a source, as the kernel wrote them."""
SO_MEMINFO = 55
DROPS_AT = 8
"""Linux: `getsockopt(SO_MEMINFO)` tells the datagrams a full socket buffer lost."""
MINUTE = 60_000_000_000

unprotect, unprotect_rtcp = SRTP.unprotect, SRTP.unprotect_rtcp


class UdpMux:
    """Gives every datagram to the connection of its source, or drops and counts it."""

    def __init__(
        self, host: str, port: int, tasks: Tasks, batched: bool = True, probe_key: str = ""
    ) -> None:
        """Bind `host` (empty: all) and `port` (0: any). Raises OSError."""
        self.tasks = tasks
        self.counters = self._make_counters()
        self.ice = IceLite(self.counters, probe_key)
        self._by_address: dict[AddressKey, Transport] = {}
        self._by_ufrag: dict[str, Transport] = {}
        self._socket = open_socket(host, port, BUFFER_BYTES)
        self.port: int = self._socket.getsockname()[1]
        size = SOCKET_ADDRESS[socket.AddressFamily(self._socket.family)]
        self._calls: DatagramSocket = (
            BatchedSocket(self._socket) if batched and batches_work() else PlainSocket(self._socket)
        )
        self._array = MessageArray(BATCH, size)
        self.outgoing = self._make_outgoing(size)
        self._length = memory.new("int *")
        self._told_fault = -MINUTE
        self.fresh_losses: list[Callable[[int], None]] = []
        """Tracks that noted a gap in this batch; they ask for it at the batch's end."""
        self.outgoing.begin(time.monotonic_ns())

    def _make_counters(self) -> Counters:
        return Counters()

    def _make_outgoing(self, address_size: int) -> Outgoing:
        return Outgoing(self._calls, address_size)

    def start(self) -> None:
        """Take datagrams from now on."""
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._readable)

    def close(self) -> None:
        """Give the port back."""
        self.outgoing.flush()
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()

    @property
    def connections(self) -> int:
        """How many connections are registered."""
        return len(self._by_ufrag)

    @property
    def has_ipv6(self) -> bool:
        """Whether IPv6 addresses reach this port."""
        return self._socket.family == socket.AF_INET6

    def register(self, transport: Transport) -> None:
        """Answer checks for the connection."""
        self._by_ufrag[transport.ufrag] = transport
        self.ice.register(transport)

    def release(self, transport: Transport) -> None:
        """Forget the connection and its addresses."""
        self._by_ufrag.pop(transport.ufrag, None)
        self.ice.release(transport)
        for key in transport.addresses:
            self.forget(key, transport)

    def adopt(self, key: AddressKey, transport: Transport) -> None:
        """Give datagrams from this address to the connection; the last authentic check wins."""
        before = self._by_address.get(key)
        if before is not None:
            before.addresses.pop(key, None)
        self._by_address[key] = transport

    def forget(self, key: AddressKey, transport: Transport) -> None:
        """Take datagrams from this address for a stranger's again."""
        if self._by_address.get(key) is transport:
            del self._by_address[key]

    def lost_in_buffer(self) -> int:
        """Return the datagrams the kernel dropped because we were slow; 0 where it does not say."""
        try:
            told = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
        except OSError:
            return 0
        return int(struct.unpack("=9I", told)[DROPS_AT]) if len(told) == 36 else 0

    def _readable(self) -> None:
        array, outgoing = self._array, self.outgoing
        for _ in range(BATCHES_PER_TURN):
            count = self._calls.receive(array)
            if not count:
                return
            outgoing.begin(time.monotonic_ns())
            self.counters.batches += 1
            done = 0
            while done < count:
                try:
                    for slot in range(done, count):
                        done = slot + 1
                        self._take(slot)
                except Exception as fault:  # noqa: BLE001 - no packet may end another's visit
                    self._note(fault)
            if self.fresh_losses:
                self._ask_again()
            outgoing.flush()
            if count < array.count:
                return

    def _ask_again(self) -> None:
        """Let tracks that noted a gap in this batch ask for what they miss."""
        for ask_again in self.fresh_losses:
            ask_again(self.outgoing.now)
        self.fresh_losses.clear()

    def _take(self, slot: int) -> None:
        array, counters = self._array, self.counters
        start = slot * SLOT
        data = array.data
        length = array.lengths[slot * 16 + 14]
        if not 0 < length <= LARGEST:
            counters.too_long += 1
            return
        first = data[start]
        transport = self._by_address.get(KEY.unpack_from(array.addresses, slot * ADDRESS))
        if 127 < first < 192:  # RFC 7983: SRTP and SRTCP
            if transport is None or transport.inbound is None:
                counters.stranger += 1
                return
            transport.allowance -= 1
            if transport.allowance < 0:
                counters.over_rate += 1
                return
            pointer, size = array.pointers[slot], self._length
            size[0] = length
            if 192 <= data[start + 1] <= 223:  # RFC 5761: RTCP
                transport.control_left -= 1
                if transport.control_left < 0:
                    counters.over_rate += 1
                elif unprotect_rtcp(transport.inbound, pointer, size) == 0:
                    counters.rtcp += 1
                    transport.receive_rtcp(bytes(data[start : start + size[0]]))
                else:
                    counters.unauthentic += 1
            elif unprotect(transport.inbound, pointer, size) == 0:
                counters.rtp += 1
                transport.receive_rtp(data, start, pointer, size[0])
            else:
                counters.unauthentic += 1
        elif first < 4:
            self._check(bytes(data[start : start + length]), slot)
        elif transport is None:
            counters.stranger += 1
        elif 19 < first < 64:
            counters.dtls += 1
            if not transport.dtls.receive(bytes(data[start : start + length])):
                counters.inbox_full += 1
        else:
            counters.unknown_kind += 1

    def _check(self, data: bytes, slot: int) -> None:
        start = slot * ADDRESS
        raw = bytes(self._array.addresses[start : start + ADDRESS])
        check = self.ice.receive(data, unpack_address(raw))
        if check is None:
            return
        transport = self._by_ufrag.get(check.owner.ufrag)
        if transport is None:  # a probe: it learns that it got here, and has no connection
            self.counters.probes += 1
            self.outgoing.reply(check.response, raw)
            return
        key = KEY.unpack(raw[: KEY.size])
        holder = self._by_address.get(key)
        if holder not in (None, transport) and holder.heard_lately(self.outgoing.now):
            self.counters.address_taken += 1  # a forged source; browsers use a port of its own
            return
        self.outgoing.reply(check.response, raw)
        transport.checked(key, raw, check.nominated)

    def _note(self, fault: Exception) -> None:
        """Count a fault of ours; log it once a minute, for the next packet may bring it again."""
        self.counters.faults += 1
        now = time.monotonic_ns()
        if now - self._told_fault > MINUTE:
            self._told_fault = now
            log.error("packet_fault", exc_info=fault, count=self.counters.faults)
