"""Media by TCP: framed, led to the port, bounded, and only for whom the port answers."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from aioice import stun

from rounds.bench import description
from rounds.kernel.tasks import Tasks
from rounds.media.engine import Kind
from rounds.media.sfu import tcp
from rounds.media.sfu.hall import Hall
from rounds.media.sfu.settings import SfuSettings
from tests.media.conftest import House, everyone
from tests.media.seat import Seat, payload
from tests.media.test_ice import check
from tests.media.wire import Wire, eventually


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """A Hall that takes media by TCP, too."""
    tasks, house = Tasks(), House()
    settings = SfuSettings(port=0, host="127.0.0.1", tcp_port=0)
    house.hall = Hall(settings, house.note, tasks)
    house.hall.start()
    tasks.start("events", house.pass_on)
    yield house
    await house.hall.close()
    await tasks.stop()
    for seat in house.seats:
        seat.close()


def port(house: House) -> int:
    assert house.hall._tcp is not None
    return house.hall._tcp.port


class TcpWire(Wire):
    """A Wire whose datagrams travel in frames over TCP."""

    writer: asyncio.StreamWriter

    async def dial(self, host: str, number: int) -> None:
        """Connect, and take what comes."""
        self._begin(*await asyncio.open_connection(host, number))

    async def take(self, line: socket.socket) -> None:
        """Use a connection that stands."""
        self._begin(*await asyncio.open_connection(sock=line))

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._reading = asyncio.create_task(self._read(reader))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                datagram = await reader.readexactly(size)
                if datagram[0] < 4:
                    self._take_stun(datagram)
                elif datagram[0] < 64:
                    if self.dtls is not None:
                        self.dtls.feed(datagram)
                else:
                    self._take_media(datagram)

    def send(self, datagram: bytes) -> None:
        """Send one frame."""
        self.writer.write(len(datagram).to_bytes(2, "big") + datagram)

    def close(self) -> None:
        """Hang up."""
        super().close()
        if hasattr(self, "writer"):
            self._reading.cancel()
            self.writer.close()


async def by_tcp(house: House, name: str) -> Seat:
    """Somebody both of whose connections go by TCP."""
    seat = house.seat(name)
    for wire in (seat.up, seat.down):
        wire.close()
    seat.up, seat.down = TcpWire(), TcpWire()
    seat.audio.wire = seat.video.wire = seat.up
    await seat.up.dial("127.0.0.1", port(house))
    await seat.down.dial("127.0.0.1", port(house))
    return seat


async def test_who_comes_by_tcp_hears_and_is_heard(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await by_tcp(house, "anna"), house.seat("ben")
    for seat in (anna, ben):
        await seat.come()
    for seat in (anna, ben):
        await seat.until_offered(2)
    await ben.until_reaches(anna)
    said = [anna.audio.send() for _ in range(50)]
    heard = await ben.until_heard("anna", Kind.AUDIO, 50)
    assert [payload(one) for one in heard] == said
    picture = [ben.video.send() for _ in range(50)]
    await eventually(lambda: picture[-1] in map(payload, anna.heard("ben", Kind.VIDEO)))
    assert house.hall.statistics()["tcp"] == 2


async def test_the_description_names_the_port_after_every_way_by_udp(house: House) -> None:
    anna = house.seat("anna")
    await anna.join()
    lines = [
        line.split()
        for line in (await anna.publish()).splitlines()
        if line.startswith("a=candidate:")
    ]
    by = {line[2]: line for line in lines}
    assert by["tcp"][4:] == ["127.0.0.1", str(port(house)), "typ", "host", "tcptype", "passive"]
    assert int(by["tcp"][3]) < 2 << 24 < int(by["udp"][3])
    assert description.read("\r\n".join(" ".join(line) for line in lines)).candidates


async def dial(house: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", port(house))


async def closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side has hung up; say whether it did so without a word."""
    async with asyncio.timeout(8):
        with contextlib.suppress(ConnectionError):
            return await reader.read() == b""
    return True


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\x00\x00",
        b"\x05\xdd" + bytes(1501),
        b"\x00\x04\x80\x6f\x00\x00",
        b"\x00\x04\x16\xfe\xfd\x00",
    ],
    ids=["HTTP", "TLS", "empty frame", "too long", "media first", "DTLS first"],
)
async def test_what_is_no_check_first_ends_the_connection(house: House, sent: bytes) -> None:
    reader, writer = await dial(house)
    writer.write(sent)
    assert await closed(reader)
    writer.close()
    assert house.hall.statistics()["malformed"] == 1


async def test_who_is_not_answered_is_cut_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tcp.PROOF_SECONDS == 5
    monkeypatch.setattr(tcp, "PROOF_SECONDS", 0.3)
    silent, forging = await dial(house), await dial(house)
    forged = check(password="q" * 24)
    forging[1].write(len(forged).to_bytes(2, "big") + forged)
    for reader, writer in (silent, forging):
        assert await closed(reader)
        writer.close()
    await eventually(lambda: not house.hall._tcp._lines)  # type: ignore[union-attr]
    assert house.hall._tcp.unproven.total() == 0  # type: ignore[union-attr]


async def test_strangers_of_one_address_have_a_bound(house: House) -> None:
    lines = [await dial(house) for _ in range(tcp.MOST_UNPROVEN_OF_ONE)]
    await eventually(lambda: house.hall.statistics()["tcp"] == tcp.MOST_UNPROVEN_OF_ONE)
    reader, writer = await dial(house)
    assert await closed(reader)
    writer.close()
    assert house.hall.statistics()["tcp_refused"] == 1
    for _, one in lines:
        one.close()
    await eventually(lambda: not house.hall._tcp._lines)  # type: ignore[union-attr]
    anna = await by_tcp(house, "anna")
    await anna.join()
    await anna.publish()
    await anna.up.connect()


async def test_frames_may_come_in_any_pieces(house: House) -> None:
    anna = await by_tcp(house, "anna")
    await anna.join()
    await anna.publish()
    request = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    request.attributes["USERNAME"] = f"{anna.up.remote.user}:{anna.up.local.user}"
    request.add_message_integrity(anna.up.remote.password.encode())
    frame = len(bytes(request)).to_bytes(2, "big") + bytes(request)
    assert isinstance(anna.up, TcpWire)
    for at in range(len(frame)):
        anna.up.writer.write(frame[at : at + 1])
        await anna.up.writer.drain()
    await eventually(lambda: anna.up.nominated)


async def test_a_slow_reader_loses_packets_and_costs_no_memory(house: House) -> None:
    house.hall.set_audience("room", everyone("anna", "ben"))
    anna, ben = await by_tcp(house, "anna"), house.seat("ben")
    for seat in (anna, ben):
        await seat.come()
    await ben.until_reaches(anna)
    assert isinstance(anna.down, TcpWire)
    anna.down._reading.cancel()
    anna.down.writer.transport.pause_reading()  # type: ignore[attr-defined]

    def full() -> int:
        for _ in range(5):
            ben.video.send(b"\x90\x80\x81\x24\x11\x02\x00" + bytes(1000))
        return int(house.hall.statistics()["tcp_slow"])

    await eventually(full, 20)
    waiting = [
        line._transport.get_write_buffer_size()
        for line in house.hall._tcp._lines  # type: ignore[union-attr]
    ]
    assert max(waiting) < tcp.MOST_WAITING + tcp.PER_TURN * (tcp.LARGEST + 2)
