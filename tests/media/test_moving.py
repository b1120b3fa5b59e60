"""A peer whose address changes under it, as behind a router that starts anew, goes on at once."""

from rounds.media.engine import Kind
from tests.media.conftest import House, people
from tests.media.seat import payload
from tests.media.wire import Wire, eventually


def moved(wire: Wire) -> Wire:
    """The same connection from another address: a router gave it a new one."""
    other = Wire()
    other.identity, other.local, other.remote = wire.identity, wire.local, wire.remote
    other.target, other.dtls = wire.target, wire.dtls
    return other


async def test_both_directions_go_on_with_the_first_check(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    await ben.until_reaches(anna)
    left = (ben.up, ben.down)
    ben.up, ben.down = moved(ben.up), moved(ben.down)
    ben.audio.wire = ben.up
    lost = ben.audio.send()  # nobody knows this address yet
    await eventually(lambda: house.hall.statistics()["stranger"] == 1)
    ben.up.check()
    ben.down.check()
    await eventually(lambda: ben.up.nominated and ben.down.nominated)
    said = ben.audio.send()
    await eventually(lambda: said in map(payload, anna.heard("ben", Kind.AUDIO)))
    assert lost not in map(payload, anna.heard("ben", Kind.AUDIO))
    answer = anna.audio.send()
    await eventually(lambda: answer in map(payload, ben.heard("anna", Kind.AUDIO)))
    for wire in left:
        wire.close()


async def test_media_alone_moves_nothing(house: House) -> None:
    """Packets can be copied and sent from anywhere; only a check of ICE proves who it is."""
    anna, ben = await people(house, "anna", "ben")
    await ben.until_reaches(anna)
    thief = moved(ben.down)
    ben.audio.wire = stolen = moved(ben.up)
    for _ in range(20):
        ben.audio.send()
    await eventually(lambda: house.hall.statistics()["stranger"] == 20)
    said = anna.audio.send()
    await eventually(lambda: said in map(payload, ben.heard("anna", Kind.AUDIO)))
    assert thief.raw == stolen.raw == []
    for wire in (thief, stolen):
        wire.close()
