"""An appointment as a calendar file (RFC 5545) that names nobody and nothing of the clinic."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75
"""Bytes after which a line goes on in the next (RFC 5545, 3.1)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One appointment: `uid` stays the same when its time changes, so that calendars move it."""

    uid: str
    title: str
    url: str
    begins_at: datetime
    ends_at: datetime
    made_at: datetime
    cancelled: bool = False


def calendar_file(entry: Entry) -> str:
    """Return the file's text, with CRLF and folded lines."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//rounds//appointments//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_escaped(entry.uid)}",
        f"DTSTAMP:{_moment(entry.made_at)}",
        # Minutes since the epoch: of two files of one appointment the later one counts.
        f"SEQUENCE:{int(entry.made_at.timestamp()) // 60}",
        f"DTSTART:{_moment(entry.begins_at)}",
        f"DTEND:{_moment(entry.ends_at)}",
        f"SUMMARY:{_escaped(entry.title)}",
        "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if entry.cancelled else 'CONFIRMED'}",
        f"URL:{entry.url}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())


def _folded(line: str) -> list[str]:
    """Cut a line into pieces of at most 75 bytes, never inside a character."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += letter
    return [*pieces, piece]
