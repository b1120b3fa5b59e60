"""Reads one row of a caseload sheet into fields that can be entered, or says what is wrong."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypeVar

from babel import Locale, UnknownLocaleError

from rounds.chart.sheet.columns import (
    BORN,
    COORDINATOR,
    EMAIL,
    FAMILY,
    GIVEN,
    LANGUAGE,
    LEAD,
    NUMBER,
    PHONE,
    RELATIONSHIP,
    RELATIVE,
    RELATIVE_PHONE,
)
from rounds.kernel.errors import Invalid
from rounds.kernel.words import N_
from rounds.people.changing import checked_relationship
from rounds.people.contacts import normal
from rounds.people.languages import LANGUAGES
from rounds.people.likeness import folded
from rounds.people.model import System
from rounds.people.register import Name, checked_name, checked_number
from rounds.people.roles import RELATIONSHIPS

T = TypeVar("T")

LONGEST_CELL = 400
# What a spreadsheet would take for a formula when it opens our report, or another system's.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
OLDEST_YEARS = 130
# Countries that write the month first (Unicode CLDR 48, short dates).
MONTH_FIRST = frozenset({"US", "PH", "FM", "MH", "PW", "GU", "AS", "PR", "VI", "MP"})
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
WRITTEN = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")


class Fault(Exception):
    """A row cannot be entered: in which column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        """Keep column and sentence; the cell itself is not repeated."""
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What a row says, checked; `lead` and `coordinator` are the ids of people of the staff."""

    given: str
    family: str
    born: str
    number: str
    language: str = ""
    email: str = ""
    phone: str = ""
    lead: str = ""
    coordinator: str = ""
    relative: str = ""
    relationship: str = ""
    relative_phone: str = ""

    def fields(self) -> dict[str, str]:
        """Return what is set, to be kept."""
        return {name: value for name, value in asdict(self).items() if value}


class RowReader:
    """Reads the rows of one sheet for one clinic."""

    def __init__(
        self,
        columns: Mapping[int, str],
        country: str,
        language: str,
        today: date,
        leads: Mapping[str, str],
        coordinators: Mapping[str, str],
    ) -> None:
        """Take what is the same for all rows: staff by e-mail, for each of the two duties."""
        self._columns = columns
        self._country = country
        self._today = today
        self._staff = {LEAD: leads, COORDINATOR: coordinators}
        self._languages = _language_names(language)

    def cells(self, record: Sequence[str]) -> dict[str, str]:
        """Return the cells of a row by column, trimmed; columns we do not know are left out."""
        return {
            column: record[place].strip()
            for place, column in self._columns.items()
            if place < len(record)
        }

    def read(self, cells: Mapping[str, str]) -> SheetRow:
        """Return a checked row. Raises Fault for the first thing that is wrong with it."""
        for column, cell in cells.items():
            if len(cell) > LONGEST_CELL:
                raise Fault(column, N_("This is too long."))
            # Numbers and telephone numbers may begin with a sign; names never do.
            if column in (GIVEN, FAMILY, RELATIVE, RELATIONSHIP) and cell.startswith(FORMULA):
                raise Fault(column, N_("A name does not begin with a sign of a formula."))
        name = _checked(GIVEN, lambda: checked_name(Name(_of(cells, GIVEN), _of(cells, FAMILY))))
        if _of(cells, NUMBER).startswith(("=", "@")):
            raise Fault(NUMBER, N_("A number does not begin with a sign of a formula."))
        lead, coordinator = self._who(cells, LEAD), self._who(cells, COORDINATOR)
        if bool(lead) != bool(coordinator):
            raise Fault(
                COORDINATOR if lead else LEAD,
                N_("A care team needs somebody who leads and somebody who coordinates."),
            )
        relative, relationship, relative_phone = self._relative(cells)
        return SheetRow(
            given=name.given,
            family=name.family,
            born=self.born(_of(cells, BORN)).isoformat(),
            number=_checked(NUMBER, lambda: checked_number(_of(cells, NUMBER))),
            language=self._language(_of(cells, LANGUAGE)),
            email=self._address(cells, EMAIL, System.EMAIL),
            phone=self._address(cells, PHONE, System.SMS),
            lead=lead,
            coordinator=coordinator,
            relative=relative,
            relationship=relationship,
            relative_phone=relative_phone,
        )

    def born(self, text: str) -> date:
        """Return a date of birth: ISO 8601, or the way the clinic's country writes dates.

        Where the month comes first, a date that could be read in two ways is a Fault.
        """
        if not text:
            raise Fault(BORN, N_("The date of birth is missing."))
        if iso := ISO.fullmatch(text):
            return self._day(int(iso[1]), int(iso[2]), int(iso[3]))
        written = WRITTEN.fullmatch(text)
        if written is None:
            raise Fault(BORN, N_("Please write the date as 1991-09-03."))
        first, second, year = int(written[1]), int(written[3]), int(written[4])
        if written[2] == "." or self._country not in MONTH_FIRST:
            return self._day(year, second, first)
        if first <= 12 and second <= 12 and first != second:
            raise Fault(BORN, N_("This date can be read in two ways. Please write 1991-09-03."))
        month, day = (first, second) if first <= 12 else (second, first)
        return self._day(year, month, day)

    def _day(self, year: int, month: int, day: int) -> date:
        try:
            found = date(year, month, day)
        except ValueError:
            raise Fault(BORN, N_("There is no such day.")) from None
        if found > self._today:
            raise Fault(BORN, N_("This date is in the future."))
        if self._today.year - found.year > OLDEST_YEARS:
            raise Fault(BORN, N_("This date is too long ago."))
        return found

    def _who(self, cells: Mapping[str, str], column: str) -> str:
        email = _of(cells, column).lower()
        if not email:
            return ""
        person = self._staff[column].get(email)
        if person is None:
            raise Fault(column, N_("Nobody of the staff with this e-mail can take this on."))
        return person

    def _relative(self, cells: Mapping[str, str]) -> tuple[str, str, str]:
        name = _of(cells, RELATIVE)
        phone = self._address(cells, RELATIVE_PHONE, System.SMS)
        if not name:
            if phone or _of(cells, RELATIONSHIP):
                raise Fault(RELATIVE, N_("The relative has no name."))
            return "", "", ""
        _checked(RELATIVE, lambda: checked_name(Name("", name)))
        words = folded(_of(cells, RELATIONSHIP)).replace(" ", "_")
        relationship = words if words in RELATIONSHIPS else _of(cells, RELATIONSHIP)
        _checked(RELATIONSHIP, lambda: checked_relationship(relationship))
        return name, relationship, phone

    def _language(self, text: str) -> str:
        if not text:
            return ""
        tag = self._languages.get(folded(text).replace("_", "-"))
        if tag is None:
            raise Fault(LANGUAGE, N_("We do not know this language."))
        return tag

    def _address(self, cells: Mapping[str, str], column: str, system: System) -> str:
        text = _of(cells, column)
        if not text:
            return ""
        return _checked(column, lambda: normal(system, text, self._country))


def _of(cells: Mapping[str, str], column: str) -> str:
    return cells.get(column, "")


def _checked(column: str, check: Callable[[], T]) -> T:
    try:
        return check()
    except Invalid as refusal:
        raise Fault(column, refusal.message) from None


def _language_names(language: str) -> dict[str, str]:
    """Return tags by tag, by English name and by name in the clinic's own language."""
    names = {tag.casefold(): tag for tag in (*LANGUAGES, language)}
    for reader in ("en", language.replace("-", "_")):
        try:
            known = Locale.parse(reader).languages
        except (ValueError, UnknownLocaleError):
            continue
        for tag in LANGUAGES:
            if tag in known:
                names.setdefault(folded(str(known[tag])), tag)
    return names
