"""Rows as aligned columns."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as aligned columns; the first row is the head."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return "\n".join(
        "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
