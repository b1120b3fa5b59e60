"""What keeps this server from taking new people, though the visits it has go on."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from rounds.admin.disk import free_bytes
from rounds.migrations.runner import newest

LEAST_FREE_BYTES = 64 << 20
"""Below this much free disk nobody new is sent here: notes of running visits still fit."""


class Readiness:
    """Looks at the server's own ending, the database's shape and the disk."""

    def __init__(self, revision: Callable[[], Awaitable[str | None]], data: Path) -> None:
        """Ask `revision` for the database's; look at the disk that holds the data folder."""
        self.ending = False
        self.least_free = LEAST_FREE_BYTES
        self._revision, self._data = revision, data
        self._shape_is_right = False

    async def hindrances(self) -> list[str]:
        """Return what hinders: `ending`, `migrations`, `disk`."""
        found = ["ending"] if self.ending else []
        # Once right it stays right while this process lives; until then it is asked each time.
        self._shape_is_right = self._shape_is_right or await self._revision() == newest()
        if not self._shape_is_right:
            found.append("migrations")
        if free_bytes(self._data) < self.least_free:
            found.append("disk")
        return found
