"""Structured logs that cannot carry clinical text: only listed keys pass."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Ids, numbers and words of the machine; never a name, an address, a text or a body.
ALLOWED_KEYS = frozenset(
    {
        "event", "level", "timestamp", "origin", "exception", "task", "request", "route", "method",
        "status", "milliseconds", "port", "pid", "room", "seat", "visit", "generation", "reason",
        "count", "code", "version", "action", "namespace", "handler", "signal", "exit_code",
        "seconds", "bytes", "kind", "revision", "workers", "directive", "seq", "head",
        "section",
    }
)  # fmt: skip


def keep_allowed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Drop every key that is not listed, and say how many were dropped."""
    kept = {key: value for key, value in event.items() if key in ALLOWED_KEYS}
    if len(kept) < len(event):
        kept["count"] = len(event) - len(kept)
        kept["reason"] = "keys withheld"
    return kept


def show_fault(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Any:
    """Replace an exception by its type and place; its message may quote a person's words."""
    fault = event.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()[1]
    elif isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        place, trace = "", fault.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            place, trace = f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}", trace.tb_next
        event["exception"] = f"{type(fault).__name__} at {place}"
    return event


class _Forward(logging.Handler):
    """Sends the standard library's records (of our libraries) through the same filter."""

    def emit(self, record: logging.LogRecord) -> None:
        """Log level, origin and, for a fault, its type and place; not the free text."""
        structlog.get_logger(record.name).log(
            record.levelno, "library", origin=record.name, exc_info=record.exc_info or None
        )


def configure(machine_readable: bool) -> None:
    """Write events to standard error: JSON lines, or coloured text for a terminal."""
    renderer: Any = structlog.processors.JSONRenderer()
    if not machine_readable:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            show_fault,
            keep_allowed,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(handlers=[_Forward(logging.WARNING)], force=True)


def get_logger(name: str) -> Any:
    """Return a logger whose events carry `name` as their origin."""
    return structlog.get_logger(origin=name)
