"""Somebody who uses the keyboard alone, and always sees where they are."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

MOST_PRESSES = 60


@dataclass(frozen=True, slots=True)
class Focus:
    """The element that keys go to."""

    tag: str
    name: str
    address: str
    ring: bool
    inSight: bool  # noqa: N815 - as the page says it


class Keyboard:
    """Presses keys in a page; every stop on the way must show a ring and lie in sight."""

    def __init__(self, page: Page) -> None:
        """Use the keys of `page`."""
        self.page = page

    async def focus(self) -> Focus:
        """Where the focus is."""
        found: dict[str, Any] = await self.page.evaluate("() => senses.focus()")
        return Focus(**found)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def write(self, text: str) -> None:
        """Type where the focus is."""
        await self.page.keyboard.type(text)

    async def reach(self, name: str, address: str = "", key: str = "Tab") -> Focus:
        """Press Tab until the focus is on what has this name (and address), from wherever it is."""
        seen: list[str] = []
        for _ in range(MOST_PRESSES):
            await self.press(key)
            focus = await self.focus()
            seen.append(f"{focus.tag} {focus.name}")
            if focus.tag != "BODY":
                assert focus.ring, f"no ring around {focus}"
                assert focus.inSight, f"out of sight: {focus}"
            if focus.name == name and address in focus.address:
                return focus
        raise AssertionError(f"no way by {key} to {name}: {seen}")

    async def is_kept(self) -> Focus:
        """After a view has changed: the focus is on something of the new one."""
        for _ in range(50):
            focus = await self.focus()
            if focus.inSight:
                return focus
            await self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"the focus is lost: {focus}")
