"""One port serves IPv4 and IPv6 at once, and IPv4 alone where IPv6 is off."""

import socket

import pytest

from rounds.media.sfu import sockets
from rounds.media.sfu.settings import SfuSettings
from tests.media.conftest import everyone, running
from tests.media.seat import payload


async def test_people_on_both_families_hear_each_other() -> None:
    async with running(SfuSettings(port=0, loopback=True)) as (service, house):
        await service.set_audience("room", everyone("old", "new"))
        old = house.seat("old", service=service)
        new = house.seat("new", service=service, host="::1")
        for person in (old, new):
            await person.come()
        for speaker, listener in ((old, new), (new, old)):
            await listener.until_offered(2)
            heard = await speaker.until_reaches(listener)
            assert payload(heard[0]) in speaker.audio.sent.values()


async def test_plain_system_calls_serve_as_well() -> None:
    async with running(SfuSettings(port=0, loopback=True, batched=False)) as (service, house):
        await service.set_audience("room", everyone("old", "new"))
        old = house.seat("old", service=service)
        new = house.seat("new", service=service, host="::1")
        for person in (old, new):
            await person.come()
        await new.until_offered(2)
        await old.until_reaches(new)


def test_without_ipv6_the_port_is_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    made = socket.socket

    def without(family: int, kind: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return made(family, kind)

    monkeypatch.setattr(socket, "socket", without)
    for host in ("", "127.0.0.1"):
        with sockets.open_socket(host, 0, 4096) as sock:
            assert sock.family == socket.AF_INET
