"""A process that archives a plan's log until it ends itself in the middle.

Its arguments are the data folder, the time at which it runs (ISO 8601), the batch in which it ends,
and the point there: `advanced` when it was noted how far the log was gone through, `deleted` when
the rows are gone, `inserted` when the others stand in their place, `committed` once all is kept.
"""

import asyncio
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event

from rounds.careplan.archiving import Archive
from rounds.careplan.kinds import SHAPES
from tests.making.clock import StoppedClock
from tests.making.ground import ground, make_settings

WORDS = {
    "advanced": "UPDATE plan_sections",
    "deleted": "DELETE FROM plan_entries",
    "inserted": "INSERT INTO plan_entries",
}


async def archive(folder: str, at: str, batch: int, point: str) -> None:
    """Archive, and end as by a cut of power to this process alone."""
    clock = StoppedClock(datetime.fromisoformat(at))
    async with ground(make_settings(Path(folder), ""), clock) as earth:
        left = [batch]

        def done(connection: Any, cursor: Any, statement: str, *_: object) -> None:
            if statement.startswith(WORDS["inserted"]) and point == "committed":
                connection.info["due"] = True
            if point != "committed" and statement.startswith(WORDS[point]):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        def kept(connection: Any, *_: object) -> None:
            if connection.info.pop("due", False):
                left[0] -= 1

        def back(*_: object) -> None:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        engine = earth.engine.sync_engine
        event.listen(engine, "after_cursor_execute", done)
        event.listen(engine, "commit", kept)
        event.listen(engine, "checkin", back)
        await Archive(earth.units, SHAPES).look()


if __name__ == "__main__":
    asyncio.run(archive(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]))
