"""One row of the matrix: a door, how it is knocked at, and who gets in."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.consent.cast import STAFF, Cast, Tie
from tests.making.browser import Browser


@dataclass(frozen=True, slots=True)
class Cell:
    """`door` is the route as declared; `allowed` are all ties that get 200 or 303 there.

    `page` marks pages that send everybody who is not signed in where they lead (`within`: the
    staff, or those at home) to `sign_in`, whatever they name; `changes` that each who gets in
    needs a visit of their own.
    """

    door: str
    ask: Callable[[Browser, Cast], Awaitable[Any]]
    allowed: frozenset[Tie]
    page: bool = False
    sign_in: str = "/?next="
    within: frozenset[Tie] = frozenset(STAFF)
    changes: bool = True


def cell(door: str, path: str, allowed: Iterable[Tie], page: bool = False, **body: Any) -> Cell:
    """Ask for `path` with its ids filled in (see `Cast.ids`), and with `json` or `data`.

    Ids are filled into the texts of a body as well.
    """
    is_reading = door.startswith("GET")

    async def ask(browser: Browser, cast: Cast) -> Any:
        filled = path.format(**cast.ids)
        if is_reading:
            return await browser.get(filled)
        return await browser.post(filled, **_filled(body, cast.ids))

    return Cell(door, ask, frozenset(allowed), page=page, changes=not is_reading)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, ids) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, ids) for one in value]
    return value.format(**ids) if isinstance(value, str) else value
