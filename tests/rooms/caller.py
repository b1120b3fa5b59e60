"""Somebody who takes part with sound, by the product's own sockets and real packets."""

import asyncio
import contextlib
from typing import Any

from rounds.bench import description
from rounds.media.engine import Kind
from tests.making.browser import Browser, Line
from tests.making.waiting import eventually
from tests.media.seat import Stream
from tests.media.wire import Wire

TRIES = 5


class Caller:
    """A page with its room line, its media line and its two connections."""

    takes_red = True

    def __init__(self, browser: Browser, room: Line) -> None:
        """Belong to a page that is let in."""
        self.browser, self.room = browser, room
        self.up, self.down = Wire(), Wire()
        self.audio, self.video = Stream(self.up, "audio"), Stream(self.up, "video")
        self.media: Line
        self.answered = 0
        self.tracks: dict[int, tuple[str, Kind]] = {}
        """Whose track comes with which SSRC, by the newest offer."""

    async def come(self) -> "Caller":
        """Take the seat, publish, and connect both ways."""
        ticket = await self.room.ask("ticket")
        self.media = await self.browser.line("/media", {"token": ticket["token"]})
        offer = description.offer(
            self.up.local, self.audio.ssrc, self.video.ssrc, self.video.repair
        )
        self.up.accept((await self.media.ask("publish", sdp=offer))["sdp"])
        await self.up.connect()
        await self.answer()
        await self.down.connect()
        return self

    async def answer(self) -> None:
        """Answer the newest offer, if there is one that is not answered."""
        await self.media.until("offered")
        newest: Any = max(self.media.told("offered"), key=lambda one: one["version"])
        if newest["version"] == self.answered:
            return
        self.answered = newest["version"]
        self.down.accept(newest["sdp"])
        lines = {one["mid"]: (one["seat"], Kind(one["kind"])) for one in newest["tracks"]}
        self.tracks = {
            section.ssrcs[0]: lines[section.mid]
            for section in self.down.remote.sections
            if section.mid in lines
        }
        answer = description.answer(self.down.remote, self.down.local, self.takes_red)
        told = {"version": self.answered, "sdp": answer}
        for _ in range(TRIES):
            refused = (await self.media.send("answer", told)).get("error", {})
            if "retry_after" not in refused:
                return
            await asyncio.sleep(refused["retry_after"])  # of many a second, some are taken later

    def consent(self) -> None:
        """Say on both connections that packets are still welcome (RFC 7675)."""
        self.up.check()
        self.down.check()

    async def follow(self) -> None:
        """Answer every further offer, until cancelled."""
        while True:
            with contextlib.suppress(AssertionError):  # nothing new for a while
                await self.media.until("offered", lambda told: told["version"] > self.answered)
                await self.answer()

    def unanswered(self, news: tuple[str, Any]) -> bool:
        """Tell whether something the media line heard is an offer that waits for its answer."""
        name, told = news
        return name == "offered" and told["version"] > self.answered

    def speak(self, packets: int, lose_every: int = 0) -> None:
        """Send so many packets of sound; of every `lose_every` one is lost on the way."""
        for number in range(packets):
            if lose_every and number % lose_every == 1:
                self.audio.packet(b"\x78lost on the way")
            else:
                self.audio.send()

    async def heard(self, count: int) -> None:
        """Wait until so many packets have come from the others."""
        await eventually(lambda: len(self.down.rtp) >= count)

    def close(self) -> None:
        """Give both sockets back."""
        self.up.close()
        self.down.close()
