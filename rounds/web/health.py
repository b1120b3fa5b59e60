"""Can it take a visit, and may a load balancer send new people?"""

from aiohttp import web

from rounds.kernel.actor import SYSTEM
from rounds.kernel.logs import get_logger
from rounds.web.doors import PUBLIC, Door
from rounds.web.keys import HINDRANCES, MEDIA, UNITS

log = get_logger(__name__)


async def healthz(request: web.Request) -> web.Response:
    """Answer 200 when the product can take a visit: database answers, media port is open."""
    return _answer(await _failing(request))


async def readyz(request: web.Request) -> web.Response:
    """Answer 200 when new people may be sent here: not ending, right shape, room to write."""
    failing = await _failing(request)
    return _answer(failing or await request.app[HINDRANCES]())


async def _failing(request: web.Request) -> list[str]:
    failing = []
    if not request.app[MEDIA].ready:
        failing.append("media")
    try:
        async with request.app[UNITS].reading(SYSTEM) as unit:
            await unit.session.connection()
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not now"
        log.exception("database_unreachable")
        failing.append("database")
    return failing


def _answer(failing: list[str]) -> web.Response:
    return web.json_response(
        {"status": "failing" if failing else "ok", "failing": failing},
        status=503 if failing else 200,
    )


DOORS = [Door("GET", "/healthz", PUBLIC, healthz), Door("GET", "/readyz", PUBLIC, readyz)]
