"""Makes a tagged PDF of what a page of the plan says, within limits of time and size."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rounds.careplan.typesetting import MISSING_LETTER
from rounds.kernel.errors import Conflict, Unavailable
from rounds.kernel.logs import get_logger

log = get_logger(__name__)

LARGEST = 2 << 20
"""Bytes of a plan as JSON."""
SECONDS = 15.0
AT_ONCE = asyncio.Semaphore(2)

LETTERS = (
    "This plan has letters or signs that no font on this server can show. "
    "Please print the page from your browser instead."
)
TOO_LARGE = "This plan is too long for a PDF. Please print the page from your browser instead."
LATER = "The PDF could not be made just now. Please try again."


async def as_pdf(plan: Mapping[str, Any], template: Path, seconds: float = SECONDS) -> bytes:
    """Return a PDF/UA-1 (ISO 14289-1) of a plan, as `templates/careplan/paper.typ` lays it out.

    Raises Conflict for what cannot be set as it was written (a letter nobody could read would be
    worse than no paper), or Unavailable when it takes too long.
    """
    told = json.dumps(plan, ensure_ascii=False).encode()
    if len(told) > LARGEST:
        raise Conflict(TOO_LARGE)
    async with AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "rounds.careplan.typesetting",
            str(template),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(seconds):
                made, _ = await process.communicate(told)
        except TimeoutError:
            raise Unavailable(LATER, retry_after=60) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode == MISSING_LETTER:
        raise Conflict(LETTERS)
    if process.returncode != 0:
        log.error("plan_not_set", code=process.returncode)
        raise Unavailable(LATER, retry_after=60)
    return made
