"""Turns the bytes of a CSV file into text, and finds its separator and its heading."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rounds.chart.sheet.columns import REQUIRED, column_of
from rounds.kernel.errors import Invalid

LARGEST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
SEPARATORS = (",", ";", "\t")
LONGEST_HEADING = 4_000
ANOTHER_KIND = {
    b"PK\x03\x04": "This is a spreadsheet or an archive. Please save it as CSV and bring that.",
    b"\xd0\xcf\x11\xe0": "This is an old spreadsheet. Please save it as CSV and bring that.",
    b"%PDF": "This is a PDF. Please bring the sheet as CSV.",
    b"\x1f\x8b": "This file is packed. Please unpack it and bring the CSV itself.",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that can be read: its text, its separator, and which column stands where."""

    text: str
    separator: str
    columns: Mapping[int, str]

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Give each row with the line it begins on; empty rows are left out.

        Raises Invalid where the text is no CSV any more, and after 100,000 rows.
        """
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.separator)
        begins, count = 1, 0
        try:
            for record in reader:
                line, begins = begins, reader.line_num + 1
                if line == 1 or not any(cell.strip() for cell in record):
                    continue
                count += 1
                if count > MOST_ROWS:
                    raise too_many()
                yield line, record
        except csv.Error:
            raise Invalid(
                "A row of this sheet cannot be read. Is a quotation mark never closed?",
                line=begins,
            ) from None


def too_many() -> Invalid:
    """Return the refusal of a sheet with too many rows."""
    return Invalid("This sheet has more than 100,000 rows. Please cut it into parts.")


def read_sheet(content: bytes) -> Sheet:
    """Return the sheet in a file. Raises Invalid with a sentence for what is none.

    Reads UTF-8, UTF-16 and Windows-1252; separators comma, semicolon and tabulator.
    """
    if len(content) > LARGEST_BYTES:
        raise Invalid("This file is larger than 10 MB. Please cut it into parts.")
    text = decode(content)
    if not text.strip():
        raise Invalid("This file is empty.")
    best: dict[int, str] = {}
    separator = ","
    for one in SEPARATORS:
        found = _heading(text, one)
        if len(found) > len(best):
            best, separator = found, one
    names = list(best.values())
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Invalid(
            "The first line has to name the columns: given name, family name, born, number.",
            missing=missing,
        )
    if len(names) != len(set(names)):
        raise Invalid("Two columns of this sheet have the same name.")
    return Sheet(text, separator, best)


def decode(content: bytes) -> str:
    """Return the text of a file in one of the encodings that spreadsheets write."""
    for start, sentence in ANOTHER_KIND.items():
        if content.startswith(start):
            raise Invalid(sentence)
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise _no_text() from None
    if "\x00" in text:
        raise _no_text()
    return text


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = content[:400]
    # Latin letters in UTF-16 without its mark: every other byte is nothing.
    if len(head) >= 4 and not any(head[1::2]):
        return "utf-16-le"
    if len(head) >= 4 and not any(head[0::2]):
        return "utf-16-be"
    try:
        codecs.decode(content, "utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _heading(text: str, separator: str) -> dict[int, str]:
    try:
        lines = io.StringIO(text[:LONGEST_HEADING], newline="")
        heading = next(csv.reader(lines, delimiter=separator), [])
    except csv.Error:
        return {}
    named = {place: column_of(title) for place, title in enumerate(heading)}
    return {place: column for place, column in named.items() if column is not None}


def _no_text() -> Invalid:
    return Invalid("This is not a CSV file. Please save the sheet as CSV and bring that.")
