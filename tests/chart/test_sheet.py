"""Reading a caseload sheet: encodings, separators, headings, dates, and hostile files."""

import time
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.chart.importing import harmless
from rounds.chart.searching import matches, words_of
from rounds.chart.sheet import RowReader, read_sheet
from rounds.chart.sheet.columns import COLUMNS, HEADINGS, column_of
from rounds.chart.sheet.decoding import LARGEST_BYTES, MOST_ROWS
from rounds.chart.sheet.rows import FORMULA, Fault
from rounds.kernel.errors import Invalid

HEADING = "given name,family name,born,number"
ROW = "Noor,Haddad,2001-04-05,N-1"
STAFF = {"gp@harbour.example": "gp-id"}
TODAY = date(2026, 11, 16)


def reader(country: str = "GB", *columns: str) -> RowReader:
    named = dict(enumerate(columns or COLUMNS))
    return RowReader(named, country, "en-GB", TODAY, STAFF, STAFF)


def good(**changes: str) -> dict[str, str]:
    return {"given": "Noor", "family": "Haddad", "born": "2001-04-05", "number": "N-1"} | changes


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(encoding: str, separator: str, end: str) -> None:
    text = end.join([HEADING, "Lucía,Müller,1991-09-03,HS 1", "", ",,,", '"A, B",C,2000-01-01,2'])
    sheet = read_sheet(
        text.replace(", ", "\0").replace(",", separator).replace("\0", ", ").encode(encoding)
    )
    records = list(sheet.records())
    assert [line for line, _ in records] == [2, 5]
    assert records[0][1] == ["Lucía", "Müller", "1991-09-03", "HS 1"]
    assert records[1][1][0] == "A, B"


def test_headings_are_known_whatever_their_case_and_dashes() -> None:
    for column, headings in HEADINGS.items():
        for heading in headings:
            for way in (heading.upper(), heading.replace(" ", "-"), f" {heading.title()}: "):
                assert column_of(way) == column
    assert column_of("diagnosis") is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"PK\x03\x04rest of an archive", "save it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "save it as CSV"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "packed"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(100), "not a CSV"),
        (b"\x00" * 1000, "not a CSV"),
        (HEADING.encode() + b"\nNo\x00or,H,2001-04-05,1", "not a CSV"),
        (b"\x81\x8d\x8f\x90\x9d", "not a CSV"),
        (b"\xff\xfe\x00\xd8", "not a CSV"),
        (b"name,diagnosis\nNoor,none", "has to name the columns"),
        (f"{HEADING},surname\n{ROW},x".encode(), "same name"),
        (b"x" * (LARGEST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sheet(content)
    assert sentence in refusal.value.message


@pytest.mark.parametrize(
    "text",
    [
        f'{HEADING}\n{ROW}\n"never closed,' + "x" * 200_000,
        f"{HEADING}\n{ROW}\n" + "y" * 140_000 + ",a,b,c",
    ],
    ids=["quote", "field"],
)
def test_a_row_that_cannot_be_read_names_its_line(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        list(read_sheet(text.encode()).records())
    assert refusal.value.details["line"] == 3


def test_a_sheet_ends_at_its_limit_and_is_read_in_time() -> None:
    began = time.perf_counter()
    full = read_sheet((HEADING + f"\n{ROW}" * MOST_ROWS).encode())
    assert sum(1 for _ in full.records()) == MOST_ROWS
    with pytest.raises(Invalid, match="100,000 rows"):
        list(read_sheet((HEADING + f"\n{ROW}" * (MOST_ROWS + 1)).encode()).records())
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize(
    ("text", "country", "born"),
    [
        ("2001-04-05", "US", date(2001, 4, 5)),
        ("5.4.2001", "US", date(2001, 4, 5)),
        ("05/04/2001", "GB", date(2001, 4, 5)),
        ("5-4-2001", "DE", date(2001, 4, 5)),
        ("04/25/2001", "US", date(2001, 4, 25)),
        ("25/04/2001", "US", date(2001, 4, 25)),
        ("05/05/2001", "US", date(2001, 5, 5)),
        ("29.02.2024", "GB", date(2024, 2, 29)),
    ],
)
def test_dates_are_read_the_way_the_country_writes_them(
    text: str, country: str, born: date
) -> None:
    assert reader(country).born(text) == born


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("05/04/2001", "US"), ("04/25/2001", "GB"), ("29.02.2023", "GB"), ("5.4.01", "GB"),
        ("", "GB"), ("2030-01-01", "GB"), ("1850-01-01", "GB"), ("5.4/2001", "GB"),
        ("0000-00-00", "GB"), ("٢٠٠١-٠٤-٠٥x", "GB"), ("36986", "GB"),
    ],
)  # fmt: skip
def test_a_date_that_could_be_another_or_none_is_a_fault(text: str, country: str) -> None:
    with pytest.raises(Fault) as fault:
        reader(country).born(text)
    assert fault.value.column == "born"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"given": "=HYPERLINK(1)"}, "given"),
        ({"family": "@SUM(A1)"}, "family"),
        ({"relative": "+cmd|' /C calc'!A0", "relationship": "friend"}, "relative"),
        ({"number": "=1+1"}, "number"),
        ({"number": ""}, "number"),
        ({"given": "", "family": ""}, "given"),
        ({"given": "a" * 201}, "given"),
        ({"given": "a" * 401}, "given"),
        ({"given": "a\x07b"}, "given"),
        ({"email": "no"}, "email"),
        ({"phone": "1"}, "phone"),
        ({"language": "Klingon"}, "language"),
        ({"lead": "gp@harbour.example"}, "coordinator"),
        ({"coordinator": "gp@harbour.example"}, "lead"),
        ({"lead": "x@y.z", "coordinator": "gp@harbour.example"}, "lead"),
        ({"relationship": "sister"}, "relative"),
        ({"relative": "Ida"}, "relationship"),
        ({"relative_phone": "+44 20 7946 0999"}, "relative"),
    ],
)
def test_a_fault_names_its_column(changes: dict[str, str], column: str) -> None:
    with pytest.raises(Fault) as fault:
        reader().read(good(**changes))
    assert fault.value.column == column


def test_a_good_row_is_read_whole() -> None:
    row = reader().read(
        good(
            language="Arabic",
            email="noor@haddad.example",
            phone="020 7946 0999",
            lead="GP@harbour.example",
            coordinator="gp@harbour.example",
            relative="Ida Haddad",
            relationship="Case manager",
            relative_phone="+447700900271",
        )
    )
    assert (row.language, row.phone, row.lead) == ("ar", "+442079460999", "gp-id")
    assert (row.relationship, row.relative_phone) == ("case_manager", "+447700900271")


def refusal_of(content: bytes) -> str:
    """Read a file to its end; return the sentence it was refused with, or nothing."""
    try:
        list(read_sheet(content).records())
    except Invalid as refusal:
        return refusal.message
    return ""


def column_at_fault(cells: Mapping[str, str], country: str = "GB") -> str:
    """Read cells; return the column that was at fault, or nothing."""
    try:
        reader(country).read(cells)
    except Fault as fault:
        return fault.column
    return ""


@given(st.binary(max_size=400))
def test_any_bytes_are_a_sheet_or_a_sentence(content: bytes) -> None:
    sentence = refusal_of(content)
    assert not sentence or sentence.endswith((".", "?"))


@given(st.text(max_size=300))
def test_any_text_below_a_good_heading_is_rows_or_a_sentence(text: str) -> None:
    content = f"{HEADING},e-mail,phone,language\n{text}".encode("utf-8", "replace")
    if refusal_of(content):
        return
    sheet = read_sheet(content)
    columns = [sheet.columns[place] for place in sorted(sheet.columns)]
    for _, record in sheet.records():
        cells = reader("US", *columns).cells(record)
        assert column_at_fault(cells, "US") in ("", *COLUMNS)


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=50)))
def test_any_cells_are_a_row_or_a_fault(cells: dict[str, str]) -> None:
    column = column_at_fault(cells)
    assert column in ("", *COLUMNS)
    if not column:
        assert reader().read(cells).number
        assert not cells.get("given", "").startswith(FORMULA)


@given(st.text(max_size=30))
def test_no_cell_of_a_report_begins_a_formula(cell: str) -> None:
    assert not harmless(cell).startswith(FORMULA)
    assert harmless(cell).endswith(cell)


@given(st.text(max_size=40), st.text(max_size=40))
def test_searching_never_fails_and_finds_what_is_there(text: str, more: str) -> None:
    assert matches(words_of(text), text + more)
    assert matches((), more)
