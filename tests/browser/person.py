"""One person at a browser with coded devices: what they do, see and hear, and what goes wrong."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    ViewportSize,
)

from tests.browser.coded import EVERYONE, Coded, write_camera, write_microphone
from tests.browser.patience import PATIENCE_MS

SENSES = Path(__file__).with_name("senses.js").read_text()
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
AUDIBLE_DB = -45.0
"""The tones arrive at -15 to -25 dB; the edges of syllables leave -60 dB elsewhere."""
FAR = 90
"""Distance in red, green and blue from which two pictures are of different cameras."""


Speak = Callable[[Path, Coded], Path]
"""Writes what a person's microphone hears, or what the camera sees, and returns the file."""


async def open_browser(
    playwright: Playwright,
    executable: str,
    switches: list[str],
    coded: Coded,
    media: Path,
    speak: Speak = write_microphone,
    film: Speak = write_camera,
) -> Browser:
    """A Chromium process whose only camera and microphone are this person's."""
    camera = film(media / f"{coded.role}.y4m", coded)
    microphone = speak(media / f"{coded.role}.wav", coded)
    return await playwright.chromium.launch(
        executable_path=executable,
        args=[
            *switches,
            f"--use-file-for-fake-video-capture={camera}",
            f"--use-file-for-fake-audio-capture={microphone}",
        ],
    )


class Person:
    """A profile in the person's browser and the page they look at."""

    def __init__(self, coded: Coded, context: BrowserContext, page: Page) -> None:
        """Use `Person.sit_down`."""
        self.coded, self.context, self.page = coded, context, page
        self.complaints: list[str] = []
        self._tolerated: list[re.Pattern[str]] = []

    @classmethod
    async def sit_down(
        cls, browser: Browser, coded: Coded, viewport: ViewportSize, **wishes: Any
    ) -> "Person":
        """Open a profile of its own, with nothing remembered."""
        context = await browser.new_context(
            viewport=viewport, permissions=["camera", "microphone"], **wishes
        )
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(SENSES)
        person = cls(coded, context, await context.new_page())
        person.watch(person.page)
        return person

    def watch(self, page: Page) -> None:
        """Note errors and broken policies of a page."""
        page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        page.on("console", self._said)
        page.on("dialog", lambda dialog: self._complain(f"dialog: {dialog.message}"))

    def tolerate(self, *patterns: str) -> None:
        """Say which complaints belong to the test, such as a refused connection after a kill."""
        self._tolerated += [re.compile(pattern) for pattern in patterns]

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(f"console: {message.text} ({message.location.get('url', '')})")

    def _complain(self, words: str) -> None:
        self.complaints.append(words)

    @property
    def faults(self) -> list[str]:
        """Complaints that no test asked for."""
        return [
            f"{self.coded.name}: {words}"
            for words in self.complaints
            if not any(pattern.search(words) for pattern in self._tolerated)
        ]

    async def go(self) -> None:
        """Close the profile as closing the window does."""
        await self.context.close()

    # --- what they do ----------------------------------------------------------------------------

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=isinstance(name, str))

    def region(self, name: str) -> Locator:
        """A region by its name."""
        return self.page.get_by_role("region", name=name, exact=True)

    def tile(self, of: Coded) -> Locator:
        """Somebody's tile in the call."""
        return self.page.get_by_role("group", name=of.name, exact=True)

    @property
    def waiting_room(self) -> Locator:
        """The heading that tells a guest that they wait."""
        return self.page.get_by_role("heading", name="Waiting room", exact=True)

    async def sign_in(self, url: str) -> None:
        """Staff: follow the demo's sign-in link."""
        await self.page.goto(url)
        await self.page.wait_for_url("**/today")

    async def open_console(self, visit: str) -> None:
        """Staff: open the visit, which is coming in."""
        origin = urlsplit(self.page.url)
        await self.page.goto(f"{origin.scheme}://{origin.netloc}/visits/{visit}")
        await self.tile(self.coded).wait_for()

    async def come_to_check_in(self, url: str) -> None:
        """Guests: open the link and press the one button."""
        await self.page.goto(url)
        await self.button("Start check-in").click()
        await self.page.wait_for_url("**/j/*")

    async def wait_for_visit(self, url: str) -> None:
        """Guests: the whole way from the link into the waiting room, every check skipped."""
        await self.come_to_check_in(url)
        await self.skip_checks()

    async def skip_checks(self) -> None:
        """Guests: from any card of the check-in into the waiting room."""
        skip = self.page.locator("[data-act=skip]:visible")
        while True:
            await self.waiting_room.or_(skip).first.wait_for()
            if await self.waiting_room.is_visible():
                return
            card = await self.page.locator("[data-card]:visible").get_attribute("data-card")
            await skip.click()
            await self.page.locator(f"[data-card={card}]").wait_for(state="hidden")

    async def admit(self, other: Coded) -> None:
        """Staff: let somebody in who waits."""
        door = self.region("Waiting room")
        await door.get_by_role("button", name=f"Admit {other.name}", exact=True).click()

    async def send_back(self, other: Coded) -> None:
        """Staff: let somebody wait again."""
        await self.button(f"Send {other.name} back to the waiting room").click()

    async def end_for_everyone(self) -> None:
        """Staff: end the visit."""
        await self.button("Leave").click()
        await self.button("End visit for everyone").click()

    # --- what they notice ------------------------------------------------------------------------

    async def pressed(self, name: str) -> int:
        """The moment of the last press of a button, in milliseconds since 1970."""
        found: int = await self.page.evaluate("name => senses.pressed[name]", name)
        return found

    async def peers(self) -> int:
        """Peer connections of this page that are not closed."""
        found: int = await self.page.evaluate("() => senses.open().length")
        return found

    async def ufrags(self) -> list[str]:
        """What every peer connection this page ever made calls itself on the wire."""
        found: list[str] = await self.page.evaluate("() => senses.ufrags()")
        return found

    async def receives(self, other: Coded, since: float = 0, patience: float = 15) -> float:
        """Wait until picture and sound of somebody arrive over connections newer than `since`.

        Moments are seconds since 1970; returns the one when it was so.
        """
        moment: float = await self.page.evaluate(
            "([name, since, patience]) => senses.untilReceives(name, since, patience)",
            [other.name, since * 1000, patience * 1000],
        )
        return moment / 1000

    async def goes_on_receiving(self, other: Coded, patience: float = 15) -> None:
        """Wait until more picture and sound of somebody have come, over whichever connection."""
        await self.page.evaluate(
            "([name, patience]) => senses.untilFlows(name, patience)", [other.name, patience * 1000]
        )

    async def await_frame(self, other: Coded) -> None:
        """Begin to look out for somebody's first picture, before the tile is there."""
        await self.page.evaluate("name => senses.awaitFrame(name)", other.name)

    async def first_frame(self, other: Coded) -> int:
        """The moment of the first picture, in milliseconds since 1970, when it has come."""
        found: int = await self.page.evaluate("name => senses.firstFrame(name)", other.name)
        return found

    async def others(self) -> set[str]:
        """Names of the tiles in sight, without the own one."""
        names: list[str] = await self.page.evaluate(
            "() => senses.tiles().map((tile) => tile.getAttribute('aria-label'))"
        )
        return set(names) - {self.coded.name}

    async def seats(self) -> list[str]:
        """The seats behind the tiles, as the server names them."""
        found: list[str] = await self.page.evaluate(
            "() => senses.tiles().map((tile) => tile.dataset.seat).sort()"
        )
        return found

    async def has_beside(self, *others: Coded) -> None:
        """Wait until the tiles in sight are exactly these people's, and the own one."""
        await self.page.wait_for_function(
            """([own, names]) => {
              const seen = senses.tiles().map((tile) => tile.getAttribute("aria-label"));
              return seen.filter((name) => name !== own).sort().join() === names.sort().join();
            }""",
            arg=[self.coded.name, [other.name for other in others]], polling=50,
        )  # fmt: skip

    async def sees(self, other: Coded) -> None:
        """Wait until the tile of this name shows this person's colour."""
        await self.page.wait_for_function(
            """([name, colour, far]) => {
              const seen = senses.colour(name);
              return seen && Math.hypot(...seen.map((part, at) => part - colour[at])) < far;
            }""",
            arg=[other.name, other.colour, FAR], polling=100,
        )  # fmt: skip

    async def hears(self, everyone: Sequence[Coded] = EVERYONE) -> dict[str, set[int]]:
        """Everyone's tones that sound in the tiles of this page within a second, by name."""
        tones = [one.tone for one in everyone]
        await self.page.evaluate("tones => senses.listen(tones)", tones)
        await self.page.wait_for_function(
            "() => Object.values(senses.heard()).every((ear) => ear.looks >= 16)"
        )
        heard: dict[str, Any] = await self.page.evaluate("() => senses.heard()")
        return {
            name: {int(tone) for tone, loud in ear["loudest"].items() if loud > AUDIBLE_DB}
            for name, ear in heard.items()
        }

    async def comes_to_hear(
        self, expected: dict[str, set[int]], everyone: Sequence[Coded] = EVERYONE
    ) -> None:
        """Wait until exactly these tones sound in these tiles."""
        heard: dict[str, set[int]] = {}
        for _ in range(12):
            heard = await self.hears(everyone)
            if heard == expected:
                return
        assert heard == expected
