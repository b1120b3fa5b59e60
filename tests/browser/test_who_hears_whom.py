"""Colours and tones prove who sees and hears whom; the wire proves that nothing else is sent."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT, SISTER
from tests.browser.meeting import Meeting
from tests.browser.person import Person
from tests.browser.wire import INSIDE, Count, Wire
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

STOP_WITHIN = 3.0
"""Seconds from the press to the last packet: three times the promise."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def practice(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoClinic]:
    """A server whose media can only be reached over the wire of the test."""
    folder = tmp_path_factory.mktemp("practice")
    served = DemoClinic(
        folder / "clinic", folder / "log.jsonl",
        ROUNDS_MEDIA_HOST=INSIDE, ROUNDS_MEDIA_ADDRESSES="127.0.0.1",
    )  # fmt: skip
    await served.start()
    yield served
    await served.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wire(practice: DemoClinic) -> AsyncIterator[Wire]:
    """The only way between browsers and media."""
    async with Wire(practice.port) as laid:
        yield laid


async def sees_and_hears_exactly(person: Person, *others: Person) -> None:
    """The others' colours and tones, each in their own tile, and no tile and no tone beside."""
    await person.has_beside(*(other.coded for other in others))
    for other in others:
        await person.receives(other.coded)
        await person.sees(other.coded)
    assert await person.hears() == {other.coded.name: {other.coded.tone} for other in others}


async def all_see_and_hear_each_other(*people: Person) -> None:
    """Everyone has exactly the others."""
    await asyncio.gather(
        *(
            sees_and_hears_exactly(one, *(other for other in people if other is not one))
            for one in people
        )
    )


async def tried_alone(person: Person, wire: Wire) -> Count:
    """What somebody sent on arriving, to hear whether their own line works, and got back of it."""
    ufrags = await person.ufrags()
    await wire.quiet(ufrags)
    count = wire.of(ufrags)
    assert count.received <= count.sent
    return count


async def sends_and_gets_nothing(person: Person, wire: Wire, tried: Count) -> None:
    """No peer connection in the page, no tile of another, nothing on the wire since they tried."""
    assert await person.peers() == 0
    assert await person.others() <= {"Your picture"}
    assert await person.hears() == {}
    count = wire.of(await person.ufrags())
    assert (count.sent, count.received) == (tried.sent, tried.received)


async def test_only_who_is_admitted_sees_and_hears(
    meeting: Meeting, wire: Wire, measured: Measured
) -> None:
    gp = await meeting.gp()
    patient, sister = await meeting.guest(PATIENT), await meeting.guest(SISTER)
    await wire.some(await gp.ufrags())

    # Everybody waits, and the GP is alone: whatever came from the server was the guests' own.
    tried = {guest: await tried_alone(guest, wire) for guest in (patient, sister)}
    for guest, count in tried.items():
        await sends_and_gets_nothing(guest, wire, count)
    await gp.has_beside()
    assert wire.of(await gp.ufrags()).received == 0
    assert wire.whole.received == sum(count.received for count in tried.values())

    await gp.admit(PATIENT)
    await all_see_and_hear_each_other(gp, patient)
    await sends_and_gets_nothing(sister, wire, tried[sister])

    await gp.admit(SISTER)
    everyone = (gp, patient, sister)
    await all_see_and_hear_each_other(*everyone)

    await gp.send_back(PATIENT)
    await patient.waiting_room.wait_for()
    pressed = await gp.pressed(f"Send {PATIENT.name} back to the waiting room")
    stopped = await wire.quiet(await patient.ufrags()) - pressed / 1000
    measured("seconds from sending back to the last packet", round(stopped, 3))
    assert stopped < STOP_WITHIN
    assert await patient.peers() == 0
    await all_see_and_hear_each_other(gp, sister)

    await gp.admit(PATIENT)
    await all_see_and_hear_each_other(*everyone)

    await gp.end_for_everyone()
    pressed = await gp.pressed("End visit for everyone")
    ufrags = [ufrag for one in everyone for ufrag in await one.ufrags()]
    stopped = await wire.quiet(ufrags) - pressed / 1000
    measured("seconds from the end for everyone to the last packet", round(stopped, 3))
    assert stopped < STOP_WITHIN
    for one in everyone:
        await one.has_beside()
        assert await one.peers() == 0
    await gp.page.get_by_role("heading", name="The visit has ended").wait_for()


async def test_muted_and_dark_means_not_sent(meeting: Meeting, wire: Wire) -> None:
    gp, patient = await meeting.gp(), await meeting.guest(PATIENT)
    await gp.admit(PATIENT)
    await sees_and_hears_exactly(gp, patient)
    await patient.button("Mute").click()
    await patient.button("Unmute").wait_for()
    await gp.tile(PATIENT).get_by_role("img", name="Muted").wait_for()
    # What was under way when the button was pressed is played to its end; then nothing sounds.
    await gp.comes_to_hear({PATIENT.name: set()})
    await patient.button("Turn camera off").click()
    await gp.page.locator(f"[role=group][aria-label='{PATIENT.name}']:not([data-video])").wait_for()
    await patient.button("Unmute").click()
    await patient.button("Turn camera on").click()
    await gp.page.locator(f"[role=group][aria-label='{PATIENT.name}'][data-video]").wait_for()
    await sees_and_hears_exactly(gp, patient)
    assert wire.of(await gp.ufrags()).received > 0
    assert GP.name in await patient.others()
    assert SISTER.name not in await patient.others()
