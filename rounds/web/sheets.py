"""Tables for spreadsheet programs: CSV that no program takes for a formula."""

import csv
import io
from collections.abc import Iterable

# What begins a formula in spreadsheet programs, in both widths (OWASP, CSV Injection).
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"
"""The beginning of a file by which spreadsheet programs know UTF-8."""


def sheet_rows(rows: Iterable[Iterable[str]]) -> str:
    """Return rows as CSV (RFC 4180); a cell that could be a formula begins with an apostrophe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(BEGINS) else cell
