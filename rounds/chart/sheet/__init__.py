"""Reading a caseload sheet: from bytes to rows, without a database."""

from rounds.chart.sheet.decoding import Sheet, read_sheet
from rounds.chart.sheet.rows import RowReader, SheetRow

__all__ = ["RowReader", "Sheet", "SheetRow", "read_sheet"]
