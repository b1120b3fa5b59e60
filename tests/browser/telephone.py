"""A telephone that is locked and taken up again, or whose page breaks down."""

import contextlib
import signal

import psutil
from playwright.async_api import Error, Page

from tests.browser.person import Person

# The debugger keeps every page of a test in sight, so that the page has to be told.
SIGHT = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => (hidden ? "hidden" : "visible") });
  document.dispatchEvent(new Event("visibilitychange"));
}"""  # noqa: E501


def renderers(person: Person) -> list[psutil.Process]:
    """The processes that run the pages of a person's own browser."""
    camera = f"/{person.coded.role}.y4m"
    own = [
        one
        for one in psutil.Process().children(recursive=True)
        if any(camera in word for word in one.cmdline())
        and not any(word.startswith("--type=") for word in one.cmdline())
    ]
    return [
        one
        for browser in own
        for one in browser.children(recursive=True)
        if "--type=renderer" in one.cmdline()
    ]


async def lock(person: Person) -> None:
    """Put the page out of sight and stop it, as the system of a locked telephone does."""
    await person.page.evaluate(SIGHT, True)
    # The page has told it by then, as it has on a real one.
    await person.page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    for one in renderers(person):
        one.send_signal(signal.SIGSTOP)


async def unlock(person: Person) -> None:
    """Let the page run again, and look at it."""
    for one in renderers(person):
        one.send_signal(signal.SIGCONT)
    await person.page.evaluate(SIGHT, False)


async def break_down(person: Person) -> None:
    """End the page's process in the middle of whatever it does."""
    with contextlib.suppress(Error):
        await person.page.goto("chrome://crash")
    await person.page.close()


async def open_again(person: Person, url: str) -> Page:
    """Open an address in a new tab of the same browser."""
    person.page = await person.context.new_page()
    person.watch(person.page)
    await person.page.goto(url)
    return person.page
