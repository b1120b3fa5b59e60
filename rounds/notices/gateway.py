"""Posts to services that are not ours: no redirect is followed, no long answer is read."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from rounds.kernel.addresses import is_local
from rounds.notices.parcel import (
    NOT_NOW,
    NOT_SIGNED_IN,
    NOT_TAKEN,
    UNREACHABLE,
    Undelivered,
)

SECONDS = 15.0
LONGEST_ANSWER = 16_384
AGAIN = frozenset({408, 425, 429})
STRANGER = frozenset({401, 403})


def is_safe(url: str) -> bool:
    """Say whether nobody on the way could read what is sent: HTTPS, or this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_local(host)))


async def post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post and return the status. Raises Undelivered when nobody answered, or not safely."""
    if not is_safe(url):
        raise Undelivered(NOT_TAKEN, for_good=True)
    try:
        # A connection of its own and no jar: one service learns nothing of another.
        async with (
            ClientSession(timeout=ClientTimeout(total=SECONDS), trust_env=False) as session,
            session.post(url, data=body, headers=dict(headers), allow_redirects=False) as response,
        ):
            await response.content.read(LONGEST_ANSWER)
            return response.status
    except (TimeoutError, ClientError, OSError, ValueError):
        raise Undelivered(UNREACHABLE) from None


def judge(status: int) -> None:
    """Return for a status that means taken. Raises Undelivered for any other."""
    if 200 <= status < 300:
        return
    if status in STRANGER:
        raise Undelivered(NOT_SIGNED_IN)
    if status in AGAIN or status >= 500:
        raise Undelivered(NOT_NOW)
    raise Undelivered(NOT_TAKEN, for_good=True)
