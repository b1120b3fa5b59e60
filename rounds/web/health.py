"""Is the process alive, and can it take a visit?"""

from aiohttp import web

from rounds.kernel.actor import SYSTEM
from rounds.kernel.logs import get_logger
from rounds.web.doors import PUBLIC, Door
from rounds.web.keys import MEDIA, UNITS

log = get_logger(__name__)


async def healthz(request: web.Request) -> web.Response:
    """Answer 200 when the product can take a visit: database answers, media port is open."""
    failing = []
    if not request.app[MEDIA].ready:
        failing.append("media")
    try:
        async with request.app[UNITS].reading(SYSTEM) as unit:
            await unit.session.connection()
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not now"
        log.exception("database_unreachable")
        failing.append("database")
    return web.json_response(
        {"status": "failing" if failing else "ok", "failing": failing},
        status=503 if failing else 200,
    )


DOORS = [Door("GET", "/healthz", PUBLIC, healthz), Door("GET", "/readyz", PUBLIC, healthz)]
