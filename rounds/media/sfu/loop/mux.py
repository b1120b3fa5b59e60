"""The one UDP port with the packet loop in C: Python takes only what is not common."""

from typing import Any

from rounds.kernel.tasks import Tasks
from rounds.media.sfu.counters import Counters
from rounds.media.sfu.loop.choice import usable
from rounds.media.sfu.loop.fields import Field
from rounds.media.sfu.loop.library import Structure
from rounds.media.sfu.loop.sender import LoopTransport
from rounds.media.sfu.native import ADDRESS, SLOT, DatagramSocket
from rounds.media.sfu.outgoing import Outgoing
from rounds.media.sfu.transport import AddressKey, Transport
from rounds.media.sfu.udp import KEY, UdpMux


class LoopCounters(Counters):
    """Counters of which the loop counts some."""

    rtp: Any = Field("rtp")
    batches: Any = Field("batches")
    unauthentic: Any = Field("unauthentic")
    over_cap: Any = Field("over_cap")

    def __init__(self, held: Structure) -> None:
        """Count in that loop."""
        self.held = held
        super().__init__()


class LoopOutgoing(Outgoing):
    """The batch that the loop writes into, too, and the time it has taken."""

    __slots__ = ("_library", "held")
    count: Any = Field("queued")
    now: Any = Field("now")
    sent: Any = Field("sent")
    refused: Any = Field("refused")

    def __init__(self, held: Structure, socket: DatagramSocket, address_size: int) -> None:
        """Share that loop's batch."""
        self._library, self.held = usable(), held
        super().__init__(socket, address_size)

    @property
    def send_time(self) -> bytes:
        """The present turn's begin as abs-send-time."""
        return bytes(self.held.send_time)

    @send_time.setter
    def send_time(self, value: bytes) -> None:
        self.held.send_time = list(value)

    def flush(self) -> None:
        """Send what waits."""
        self._library.calls.loop_flush(self.held)


class LoopMux(UdpMux):
    """Gives the loop its turn, and takes what it hands over."""

    def __init__(self, host: str, port: int, tasks: Tasks, probe_key: str = "") -> None:
        """Bind `host` (empty: all) and `port` (0: any). Raises OSError, LoopUnusableError."""
        self._library = usable()
        self._held = self._library.new("loop")
        super().__init__(host, port, tasks, probe_key=probe_key)
        self._library.attach(self._held, self._socket.fileno(), self._array, self.outgoing.array)

    def _make_counters(self) -> Counters:
        return LoopCounters(self._held)

    def _make_outgoing(self, address_size: int) -> Outgoing:
        return LoopOutgoing(self._held, self._calls, address_size)

    def adopt(self, key: AddressKey, transport: Transport) -> None:
        """Give datagrams from this address to the connection."""
        super().adopt(key, transport)
        calls, words = self._library.calls, self._library.key(key)
        if isinstance(transport, LoopTransport):
            if not calls.loop_adopt(self._held, words, transport.held):
                raise MemoryError
        else:
            calls.loop_forget(self._held, words)

    def forget(self, key: AddressKey, transport: Transport) -> None:
        """Take datagrams from this address for a stranger's again."""
        if self._by_address.get(key) is transport:
            self._library.calls.loop_forget(self._held, self._library.key(key))
        super().forget(key, transport)

    def _readable(self) -> None:
        calls, held = self._library.calls, self._held
        slot = calls.loop_turn(held, 1)
        while slot != calls.DONE:
            if slot == calls.BATCH_ENDED:
                self._ask_again()
            else:
                try:
                    self._take(slot)
                except Exception as fault:  # noqa: BLE001 - no packet may end another's visit
                    self._note(fault)
            slot = calls.loop_turn(held, 0)

    def _take(self, slot: int) -> None:
        opened = self._held.opened
        if not opened:
            super()._take(slot)
            return
        array = self._array
        key = KEY.unpack_from(array.addresses, slot * ADDRESS)
        self._by_address[key].receive_rtp(array.data, slot * SLOT, array.pointers[slot], opened)
