"""Waiting for a state that nothing announces."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from tests.making.browser import PATIENCE

GLANCE = 0.01


async def eventually(look: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Look until what is seen is true (or an awaitable that gives it); return it."""
    try:
        async with asyncio.timeout(seconds):
            while True:
                seen = look()
                if inspect.isawaitable(seen):
                    seen = await seen
                if seen:
                    return seen
                await asyncio.sleep(GLANCE)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s") from None
