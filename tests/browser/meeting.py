"""One visit and the people who come to it, each at a browser with devices of their own."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Playwright, ViewportSize

from tests.browser.clinic import DemoClinic
from tests.browser.coded import (
    EVERYONE,
    GP,
    PATIENT,
    SISTER,
    Coded,
    write_camera,
    write_microphone,
)
from tests.browser.person import DESK, PHONE, Person, Speak, open_browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    # The server is on this machine, and a page that nobody looks at must not doze.
    "--allow-loopback-in-peer-connection",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-gpu",
    # Nothing that looks for the makers' servers.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


class Browsers:
    """One Chromium process per person, started when the person first comes."""

    def __init__(
        self,
        playwright: Playwright,
        media: Path,
        speak: Speak = write_microphone,
        film: Speak = write_camera,
        switches: Sequence[str] = SWITCHES,
    ) -> None:
        """Keep in the folder `media` what microphones hear (`speak`) and cameras see (`film`)."""
        self._playwright, self._media, self._speak, self._film = playwright, media, speak, film
        self._switches = switches
        self._open: dict[str, Browser] = {}
        self.at: dict[str, tuple[str, Sequence[str]]] = {}
        """Who uses another program, with which further switches, by role."""

    async def of(self, coded: Coded) -> Browser:
        """This person's browser."""
        if coded.role not in self._open:
            program, further = self.at.get(coded.role, (CHROMIUM, ()))
            self._open[coded.role] = await open_browser(
                self._playwright,
                program,
                [*self._switches, *further],
                coded,
                self._media,
                self._speak,
                self._film,
            )
        return self._open[coded.role]

    async def close(self) -> None:
        """End every process."""
        for browser in self._open.values():
            await browser.close()


class Meeting:
    """A visit that nobody has opened yet, and the people at their screens."""

    def __init__(self, clinic: DemoClinic, browsers: Browsers, links: dict[str, Any]) -> None:
        """Take the newest visit of `links`."""
        self.clinic, self._browsers, self.links = clinic, browsers, links
        self.visit: str = links["visits"][0]["id"]
        self.people: list[Person] = []

    def url(self, coded: Coded) -> str:
        """The link that brings this person in."""
        if coded.role in ("patient", "relative"):
            return str(self.links["visits"][0][f"{coded.role}_url"])
        return next(str(one["url"]) for one in self.links["people"] if one["role"] == coded.role)

    async def sits_down(
        self, coded: Coded, viewport: ViewportSize | None = None, **wishes: Any
    ) -> Person:
        """Somebody opens a fresh profile; staff at a desk, guests at a phone."""
        usual = DESK if coded is GP else PHONE
        browser = await self._browsers.of(coded)
        person = await Person.sit_down(browser, coded, viewport or usual, **wishes)
        self.people.append(person)
        return person

    async def gp(self, **wishes: Any) -> Person:
        """The GP signs in and opens the visit."""
        gp = await self.sits_down(GP, **wishes)
        await gp.sign_in(self.url(GP))
        await gp.open_console(self.visit)
        return gp

    async def guest(self, coded: Coded, **wishes: Any) -> Person:
        """A guest comes and waits."""
        guest = await self.sits_down(coded, **wishes)
        await guest.wait_for_visit(self.url(coded))
        return guest

    async def call_of_three(self) -> tuple[Person, Person, Person]:
        """GP, patient and sister are in the call, and each receives both others."""
        gp = await self.gp()
        patient, sister = await self.guest(PATIENT), await self.guest(SISTER)
        for coded in (PATIENT, SISTER):
            await gp.admit(coded)
        await self.all_receive(gp, patient, sister)
        return gp, patient, sister

    @staticmethod
    async def all_receive(
        *people: Person, since: float = 0, patience: float = 15
    ) -> dict[str, float]:
        """Wait until everyone receives everyone; return the moment of each pair."""

        async def pair(one: Person, other: Person) -> tuple[str, float]:
            moment = await one.receives(other.coded, since, patience)
            return f"{other.coded.role} to {one.coded.role}", moment

        pairs = [pair(one, other) for one in people for other in people if one is not other]
        return dict(await asyncio.gather(*pairs))

    @property
    def faults(self) -> list[str]:
        """What no page and no server should have complained of."""
        return [*(fault for one in self.people for fault in one.faults), *self.clinic.faults]

    async def photograph(self, folder: Path, name: str) -> None:
        """Keep what everybody has on the screen."""
        for number, person in enumerate(self.people):
            path = folder / f"{name}-{number}-{person.coded.role}.png"
            await person.page.screenshot(path=path)

    async def close(self) -> None:
        """Everybody closes the window."""
        for person in self.people:
            await person.go()


NewMeeting = Callable[[], Awaitable[Meeting]]
__all__ = ["EVERYONE", "GP", "PATIENT", "SISTER", "Browsers", "Meeting", "NewMeeting"]
