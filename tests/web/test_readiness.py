"""Alive is one thing, ready for new people another."""

from pathlib import Path
from typing import Any

import pytest

from rounds.app import READINESS
from rounds.migrations.runner import migrate
from rounds.readiness import Readiness
from rounds.resources import lay_foundation
from tests.making.ground import make_settings
from tests.making.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENOUGH_FOR_NOBODY = 1 << 62


async def asked(house: House, path: str) -> tuple[int, Any]:
    answer = await house.browser().get(path)
    return answer.status, answer.json()["failing"]


async def test_a_server_that_is_well_is_both(house: House) -> None:
    assert await asked(house, "/healthz") == (200, [])
    assert await asked(house, "/readyz") == (200, [])


async def test_a_server_that_ends_takes_nobody_new(house: House) -> None:
    readiness = house.app[READINESS]
    readiness.ending = True
    assert await asked(house, "/readyz") == (503, ["ending"])
    assert await asked(house, "/healthz") == (200, [])
    readiness.ending = False


async def test_a_full_disk_takes_nobody_new(house: House) -> None:
    readiness = house.app[READINESS]
    enough, readiness.least_free = readiness.least_free, ENOUGH_FOR_NOBODY
    assert await asked(house, "/readyz") == (503, ["disk"])
    assert await asked(house, "/healthz") == (200, [])
    readiness.least_free = enough
    assert await asked(house, "/readyz") == (200, [])


async def test_an_older_database_takes_nobody_new(tmp_path: Path) -> None:
    foundation = lay_foundation(make_settings(tmp_path, ""))
    readiness = Readiness(lambda: _revision(foundation.engine), tmp_path)
    await migrate(foundation.engine, "0002")
    assert await readiness.hindrances() == ["migrations"]
    await migrate(foundation.engine)
    assert await readiness.hindrances() == []
    await foundation.close()


async def _revision(engine: Any) -> str | None:
    from rounds.migrations.runner import current

    return await current(engine)
