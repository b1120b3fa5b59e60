"""The calendar file: read back by the rules of RFC 5545, whatever is in it."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rounds.visits.calendar import LONGEST_LINE, Entry, calendar_file

BEGIN = datetime(2026, 5, 12, 13, 0, tzinfo=UTC)
MOMENTS = st.integers(-3_000_000, 30_000_000).map(
    lambda minutes: BEGIN + timedelta(minutes=minutes)
)


def entry(title: str = "Appointment", begins_at: datetime = BEGIN, **more: bool) -> Entry:
    return Entry(
        uid="01a216ad@rounds.example",
        title=title,
        url="https://rounds.example/my",
        begins_at=begins_at,
        ends_at=begins_at + timedelta(minutes=25),
        made_at=BEGIN,
        **more,
    )


def read(text: str) -> dict[str, str]:
    """The lines of a file, unfolded, by name."""
    unfolded = text.replace("\r\n ", "")
    return dict(line.split(":", 1) for line in unfolded.split("\r\n") if line)


def test_a_file_says_when_and_nothing_else() -> None:
    found = read(calendar_file(entry()))
    assert found["DTSTART"] == "20260512T130000Z"
    assert found["DTEND"] == "20260512T132500Z"
    assert found["SUMMARY"] == "Appointment"
    assert found["STATUS"] == "CONFIRMED"
    assert found["UID"] == "01a216ad@rounds.example"
    assert read(calendar_file(entry(cancelled=True)))["STATUS"] == "CANCELLED"
    assert "LOCATION" not in found


@given(st.text(max_size=300), MOMENTS)
def test_no_title_breaks_out_of_its_line(title: str, begins_at: datetime) -> None:
    text = calendar_file(entry(title, begins_at))
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode("utf-8", "surrogatepass")) <= LONGEST_LINE for line in lines)
    assert not re.search(r"(?<!\r)\n|\r(?!\n)", text)
    names = [line.partition(":")[0] for line in text.replace("\r\n ", "").split("\r\n")]
    assert names == [
        "BEGIN", "VERSION", "PRODID", "METHOD", "BEGIN", "UID", "DTSTAMP", "SEQUENCE", "DTSTART",
        "DTEND", "SUMMARY", "CLASS", "STATUS", "URL", "END", "END", "",
    ]  # fmt: skip
    told = read(text)["SUMMARY"]
    plain = re.sub(r"\\([\\;,])", r"\1", told)
    assert plain == " ".join(title.split())
