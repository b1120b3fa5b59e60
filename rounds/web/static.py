"""Serves static files: for ever under a hashed name, with a validator under a plain one."""

from aiohttp import web

from rounds.web.doors import PUBLIC, Door
from rounds.web.keys import PAGES


async def static(request: web.Request) -> web.Response:
    """Answer with the file, or say that the browser has it already."""
    found = request.app[PAGES].assets.find(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    asset, for_ever = found
    headers = {
        "ETag": f'"{asset.etag}"',
        "Cache-Control": "public, max-age=31536000, immutable" if for_ever else "no-cache",
        "Vary": "Accept-Encoding",
    }
    if f'"{asset.etag}"' in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    body = asset.body
    if asset.zipped is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = asset.zipped
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=body, content_type=asset.content_type, headers=headers)


async def favicon(request: web.Request) -> web.Response:
    """Send browsers that ask for an icon by habit to ours."""
    raise web.HTTPFound(request.app[PAGES].assets.url("img/mark.svg"))


DOORS = [
    Door("GET", "/static/{name:.+}", PUBLIC, static),
    Door("GET", "/favicon.ico", PUBLIC, favicon),
]
