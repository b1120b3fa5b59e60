"""Clears what a browser keeps of our pages, on the next answer to somebody who lost access."""

from aiohttp import web

from rounds.web.keys import ACTOR

MOST = 10_000


class Farewells:
    """Remembers who lost access, and in which of their sessions the browser was told.

    In memory: pages are never stored by a browser anyway (`no-store`), this is the second line.
    Storage is left alone: GP and patient may share one browser profile.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._told: dict[str, set[str]] = {}

    def note(self, person: str) -> None:
        """Remember that a person may reach less than their browsers have shown."""
        self._told.pop(person, None)
        self._told[person] = set()
        while len(self._told) > MOST:
            self._told.pop(next(iter(self._told)))

    async def add(self, request: web.Request, response: web.StreamResponse) -> None:
        """Put the header on the first answer to each session of such a person."""
        found = request.get(ACTOR)
        if found is None or found.person is None or found.session is None:
            return
        told = self._told.get(found.person)
        if told is not None and found.session not in told:
            told.add(found.session)
            response.headers.setdefault("Clear-Site-Data", '"cache"')
