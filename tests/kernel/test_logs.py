"""Logs carry listed keys and the place of a fault, never its words."""

import io
import json
import logging
import subprocess
import sys
from typing import Any

from rounds.kernel.logs import ALLOWED_KEYS, keep_allowed, show_fault

PROGRAM = """
import logging
from rounds.kernel.logs import configure, get_logger
configure(machine_readable=True)
log = get_logger("rounds.test")
log.info("began", port=7, name="CANARY", text="CANARY")
try:
    raise ValueError("CANARY")
except ValueError:
    log.exception("failed", room="r1")
    logging.getLogger("aiohttp").exception("CANARY %s", "CANARY")
logging.getLogger("library").warning("CANARY")
logging.getLogger("library").info("CANARY")
log.debug("unseen")
"""


def lines() -> list[dict[str, Any]]:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == ""
    return [json.loads(line) for line in io.StringIO(ran.stderr)]


def test_what_is_not_listed_is_withheld_and_counted() -> None:
    began, failed, theirs, warned = lines()
    assert "CANARY" not in json.dumps([began, failed, theirs, warned])
    assert (began["event"], began["port"], began["count"]) == ("began", 7, 2)
    assert began["origin"] == "rounds.test"
    assert (failed["room"], failed["exception"]) == ("r1", "ValueError at <string>:8")
    assert (theirs["origin"], theirs["exception"]) == ("aiohttp", "ValueError at <string>:8")
    assert (warned["event"], warned["level"]) == ("library", "warning")


def test_the_list_holds_no_key_for_words() -> None:
    assert not ALLOWED_KEYS & {
        "name",
        "text",
        "note",
        "email",
        "address",
        "message",
        "body",
        "path",
    }
    assert keep_allowed(None, "", {"event": "x", "name": "y"}) == {
        "event": "x",
        "count": 1,
        "reason": "keys withheld",
    }


def test_a_fault_is_its_type_and_place() -> None:
    event: dict[str, Any] = {"event": "x", "exc_info": RuntimeError("CANARY")}
    assert show_fault(None, "", event) == {"event": "x", "exception": "RuntimeError at "}
    assert logging.getLogger("rounds").name == "rounds"
