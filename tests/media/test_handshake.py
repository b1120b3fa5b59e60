"""DTLS: bounded, with a deadline, with the described peer only, and deaf to strangers."""

import asyncio
import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.bench.handshake import Identity
from rounds.media.sfu import dtls, transport
from tests.measured import Measured
from tests.media.conftest import House
from tests.media.wire import Wire, eventually

FATAL_ALERT = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28"
HELLO = b"\x16\xfe\xfd" + bytes(8) + b"\x00\x0c" + b"\x01" + bytes(11)


@given(st.lists(st.binary(max_size=1500), max_size=12))
def test_flights_are_cut_at_record_borders(bodies: list[bytes]) -> None:
    records = [b"\x16\xfe\xfd" + bytes(8) + struct.pack("!H", len(b)) + b for b in bodies]
    packed = dtls.datagrams(b"".join(records))
    assert b"".join(packed) == b"".join(records)
    for datagram in packed:
        at = count = 0
        while at < len(datagram):
            at += 13 + int.from_bytes(datagram[at + 11 : at + 13], "big")
            count += 1
        assert at == len(datagram)
        assert len(datagram) <= dtls.LARGEST_DATAGRAM or count == 1


async def test_inbox_is_bounded() -> None:
    endpoint = dtls.DtlsEndpoint(lambda _datagram: None, lambda: None)
    taken = [endpoint.receive(HELLO) for _ in range(dtls.INBOX + 10)]
    assert taken == [True] * dtls.INBOX + [False] * 10
    await endpoint.close()


async def test_each_connection_has_a_certificate_of_its_own() -> None:
    ends = [dtls.DtlsEndpoint(lambda _datagram: None, lambda: None) for _ in range(3)]
    assert len({end.fingerprint for end in ends}) == 3
    for end in ends:
        await end.close()


async def test_only_authenticated_encryption_is_agreed(house: House) -> None:
    anna = house.seat("anna")
    await anna.join()
    await anna.publish()
    await anna.up.connect()
    assert anna.up.dtls is not None
    assert anna.up.dtls.profile == "SRTP_AEAD_AES_128_GCM"
    assert all("GCM" in profile.openssl_profile.decode() for profile in dtls.PROFILES)


async def test_another_certificate_than_described_loses_the_seat(house: House) -> None:
    anna = house.seat("anna")
    await anna.join()
    await anna.publish()
    anna.up.identity = Identity()
    with contextlib.suppress(AssertionError):
        await anna.up.connect()
    await eventually(lambda: anna.lost)
    assert anna.lost[0].reason == "failed"
    assert house.hall.statistics()["connections"] == 0


async def test_who_never_shakes_hands_is_released_at_the_deadline(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert transport.HANDSHAKE_SECONDS == 10
    monkeypatch.setattr(transport, "HANDSHAKE_SECONDS", 0.2)
    anna = house.seat("anna")
    await anna.join()
    await anna.publish()
    await anna.up.reach()
    await eventually(lambda: anna.lost)
    assert anna.lost[0].reason == "failed"


async def test_forged_alerts_from_third_sockets_do_not_break_a_handshake(house: House) -> None:
    anna = house.seat("anna")
    await anna.join()
    await anna.publish()
    strangers = [Wire() for _ in range(3)]
    for stranger in strangers:
        stranger.remote, stranger.target = anna.up.remote, anna.up.target

    async def forge() -> None:
        while True:
            for stranger in strangers:
                stranger.send(FATAL_ALERT)
                stranger.send(HELLO)
            await asyncio.sleep(0.002)

    forging = asyncio.create_task(forge())
    await anna.up.connect()
    forging.cancel()
    assert house.hall.statistics()["stranger"] > 0
    assert anna.lost == []
    for stranger in strangers:
        stranger.close()


async def test_ten_of_ten_connect_while_records_are_forged(
    house: House, measured: Measured
) -> None:
    strangers = [Wire() for _ in range(5)]
    loop = asyncio.get_running_loop()

    async def forge(target: tuple[str, int]) -> None:
        """500 records a second, however late this task may run."""
        began, sent = loop.time(), 0
        while True:
            while sent < (loop.time() - began) * 500:
                strangers[sent % 5].target = target
                strangers[sent % 5].send((FATAL_ALERT, HELLO)[sent % 2])
                sent += 1
            await asyncio.sleep(0.002)

    took, forging = [], None
    for number in range(10):
        seat = house.seat(f"anna {number}")
        await seat.join()
        await seat.publish()
        forging = forging or asyncio.create_task(forge(seat.up.target))
        began = loop.time()
        await seat.up.connect()
        took.append(loop.time() - began)
    assert forging is not None
    forging.cancel()
    measured("seconds to connect while records are forged, worst of ten", round(max(took), 3))
    assert house.hall.statistics()["stranger"] > 0
    assert not any(seat.lost for seat in house.seats)
    for stranger in strangers:
        stranger.close()


async def test_a_browser_that_ends_its_connection_loses_the_seat_at_once(house: House) -> None:
    anna = house.seat("anna")
    await anna.come()
    assert anna.up.dtls is not None
    connection = anna.up.dtls._connection
    connection.shutdown()
    anna.up.dtls._flush()
    await eventually(lambda: anna.lost)
