"""Takes browsers' reports of broken content policy, as a count and a directive."""

import json
import re

from aiohttp import web

from rounds.kernel.logs import get_logger
from rounds.web.doors import PUBLIC, Door

log = get_logger(__name__)

LARGEST = 16 * 1024
# Names of directives (CSP Level 3, §6).
DIRECTIVE = (
    r"(default|script|style|img|font|media|connect|worker|manifest|object|frame|child)-src"
    r"(-elem|-attr)?|form-action|base-uri|frame-ancestors|require-trusted-types-for|trusted-types"
)


async def csp_report(request: web.Request) -> web.Response:
    """Log which directive was broken; nothing else of the report is kept."""
    body = await request.content.read(LARGEST)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return web.Response(status=204)
    first = told[0] if isinstance(told, list) and told else told
    inner = first.get("csp-report") or first.get("body") if isinstance(first, dict) else None
    if isinstance(inner, dict):
        told = inner.get("effective-directive") or inner.get("effectiveDirective")
        # Anybody can send a report: only words that policies are made of go into the log.
        known = isinstance(told, str) and re.fullmatch(DIRECTIVE, told) is not None
        log.warning("policy_broken", directive=told if known else "other")
    return web.Response(status=204)


DOORS = [Door("POST", "/csp-report", PUBLIC, csp_report)]
