"""Eight people, three at browsers and five by protocol: each has all the others, and no one else.

Colours and tones say whose sound and picture it is. A ninth was in and waits again: their packets
go on, with the keys they had, and reach nobody.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest
import pytest_asyncio

from rounds.media.engine import Kind
from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT, SISTER, Coded
from tests.browser.coded_caller import CodedCaller
from tests.browser.meeting import Browsers, Meeting
from tests.browser.person import DESK, Person
from tests.making.browser import Browser
from tests.making.people import Someone
from tests.making.visits import MadeVisit
from tests.making.waiting import eventually
from tests.measured import Measured

pytestmark = [pytest.mark.alone, pytest.mark.asyncio(loop_scope="module")]

# As far apart in hue and tone as those of coded.py, and from them; the last is of the ninth.
OTHERS = (
    ((220, 210, 40), 470),
    ((210, 50, 200), 800),
    ((40, 200, 210), 1370),
    ((235, 235, 235), 2090),
    ((25, 25, 25), 2570),
    ((125, 125, 125), 3130),
)


class Gathering:
    """A visit with nine people, of whom eight stay in the call."""

    def __init__(self, clinic: DemoClinic, browsers: Browsers, visit: MadeVisit) -> None:
        """Nobody has come yet."""
        self.clinic, self.visit = clinic, visit
        sister, *others = visit.relatives
        self.gp_coded = replace(GP, name=visit.gp.name)
        self.at_screens = (
            self.gp_coded,
            replace(PATIENT, name=visit.patient.name),
            replace(SISTER, name=sister.name),
        )
        self.by_protocol = [
            Coded(one.name, "relative", colour, tone)
            for one, (colour, tone) in zip(others, OTHERS, strict=True)
        ]
        self.everyone: Sequence[Coded] = (*self.at_screens, *self.by_protocol)
        people: Sequence[Someone] = (visit.gp, visit.patient, sister, *others)
        self.seats = {
            coded: visit.seat(one) for coded, one in zip(self.everyone, people, strict=True)
        }
        self._links = {
            coded: visit.link(one) for coded, one in zip(self.everyone[1:], people[1:], strict=True)
        }
        urls = [self._url(coded) for coded in self.at_screens[1:]]
        told = {"id": visit.id, "patient_url": urls[0], "relative_url": urls[1]}
        self.meeting = Meeting(clinic, browsers, {"visits": [told], "people": []})
        self.pages: list[Person] = []
        self.callers: dict[Coded, CodedCaller] = {}
        self.gone: dict[Coded, CodedCaller] = {}
        self._opened: list[Browser] = []

    def _url(self, coded: Coded) -> str:
        return f"{self.clinic.address}/j#t={self._links[coded].token}"

    def _browser(self) -> Browser:
        self._opened.append(Browser(self.clinic.address))
        return self._opened[-1]

    @property
    def gp(self) -> Person:
        """Whoever lets the others in."""
        return self.pages[0]

    async def come(self) -> None:
        """Everybody comes, and is let in one after another."""
        gp = await self.meeting.sits_down(self.gp_coded, DESK)
        signed_in = self._browser()
        await signed_in.sign_in(self.visit.gp.email)
        await gp.context.add_cookies(
            [{"name": one.key, "value": one.value, "url": self.clinic.address}
             for one in signed_in.jar]
        )  # fmt: skip
        await gp.page.goto(f"{self.clinic.address}/visits/{self.visit.id}")
        await gp.tile(self.gp_coded).wait_for()
        self.pages = [gp, *[await self.meeting.guest(one) for one in self.at_screens[1:]]]
        for coded in self.at_screens[1:]:
            await gp.admit(coded)
        for coded in self.by_protocol:
            await self.comes_by_protocol(coded)

    async def comes_by_protocol(self, coded: Coded) -> None:
        """Somebody knocks, is let in, and sends."""
        before = self.gone.pop(coded, None)
        if before is None:
            browser = self._browser()
            await browser.redeem(self._links[coded])
            room = await browser.guest_room(self._links[coded])
        else:
            browser, room = before.browser, before.room
        await room.ask("knock")

        async def let_in() -> bool:
            return "ok" in await room.send("ticket", {})

        if not await let_in():  # who left by themselves comes back as they were
            await self.gp.admit(coded)
            await eventually(let_in)
        self.callers[coded] = await CodedCaller(browser, room, coded).come()

    async def leaves(self, coded: Coded) -> None:
        """Somebody leaves the call."""
        caller = self.callers[coded]
        self.gone[coded] = caller
        await caller.room.ask("leave")
        del self.callers[coded]
        await caller.go()

    async def have_exactly_each_other(self, *present: Coded) -> None:
        """Each has the colours and tones of all others, in their place, and nothing beside."""
        listening = [self._page_has(page, present) for page in self.pages]
        listening += [
            self._caller_has(caller, present)
            for coded, caller in self.callers.items()
            if coded in present
        ]
        await asyncio.gather(*listening)

    async def _page_has(self, page: Person, present: Sequence[Coded]) -> None:
        others = [one for one in present if one != page.coded]
        await page.has_beside(*others)
        for other in others:
            await page.receives(other)
            await page.sees(other)
        await page.comes_to_hear({one.name: {one.tone} for one in others}, self.everyone)

    async def _caller_has(self, caller: CodedCaller, present: Sequence[Coded]) -> None:
        others = [one for one in present if one != caller.coded]
        expected = {(self.seats[one], kind) for one in others for kind in (Kind.AUDIO, Kind.VIDEO)}
        await eventually(lambda: caller.seats() == expected)
        tones = [one.tone for one in self.everyone]
        heard = await asyncio.gather(*(caller.hears(self.seats[one], tones) for one in others))
        seen = await asyncio.gather(*(caller.sees(self.seats[one], one) for one in others))
        assert heard == [{one.tone} for one in others], caller.coded
        assert all(seen), (caller.coded, seen)

    async def end(self) -> None:
        """Everybody goes."""
        for caller in self.callers.values():
            await caller.go()
        for browser in self._opened:
            await browser.close()
        await self.meeting.close()


@pytest_asyncio.fixture(loop_scope="module")
async def gathering(practice: DemoClinic, browsers: Browsers) -> AsyncIterator[Gathering]:
    """Nine people who are invited to one visit."""
    visit = await practice.visit_of_many(relatives=1 + len(OTHERS))
    made = Gathering(practice, browsers, visit)
    yield made
    await made.end()
    assert made.meeting.faults == []


async def test_each_has_all_the_others_and_no_one_else(
    gathering: Gathering, measured: Measured
) -> None:
    await gathering.come()
    *eight, ninth = gathering.everyone
    shut_out = gathering.callers[ninth]
    await gathering.gp.sees(ninth)  # so that it is not for want of sending that they are not seen
    await gathering.gp.send_back(ninth)
    await shut_out.media.until("gone")
    await gathering.gp.has_beside(*eight[1:])
    shut_out.forget()  # what was on its way then
    sent = shut_out.audio.sequence
    await gathering.have_exactly_each_other(*eight)

    leaver = gathering.by_protocol[2]
    await gathering.leaves(leaver)
    await gathering.have_exactly_each_other(*(one for one in eight if one != leaver))
    await gathering.comes_by_protocol(leaver)
    await gathering.have_exactly_each_other(*eight)

    assert shut_out.down.rtp == []
    packets = (shut_out.audio.sequence - sent) & 0xFFFF
    assert packets > 100
    assert await shut_out.room.refused("ticket") == "forbidden"
    measured("voice packets of somebody sent back, which reached none of eight", packets)
