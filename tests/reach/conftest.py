"""What every try of the way in leaves behind is gone before its loop is."""

import asyncio
from collections.abc import AsyncIterator

import pytest


@pytest.fixture(autouse=True)
async def farewell() -> AsyncIterator[None]:
    """Let connections that were given up a moment ago be closed before the loop is."""
    yield
    for _ in range(20):
        await asyncio.sleep(0.005)
