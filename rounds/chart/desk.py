"""Works through caseload sheets in the background: checks them, and enters what was confirmed."""

import asyncio
import json
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from rounds.audit import trail
from rounds.chart.model import CaseloadImport, CaseloadRow, Stage, Verdict
from rounds.chart.queries.sheets import (
    imports_at,
    known_indexes,
    locked_import,
    rows_with,
    staff_by_email,
)
from rounds.chart.registering import Entry, Identity, enter
from rounds.chart.sheet import RowReader, Sheet, SheetRow
from rounds.chart.sheet.columns import FAMILY, GIVEN, NUMBER
from rounds.chart.sheet.rows import LONGEST_CELL, Fault
from rounds.chart.teaming import ELIGIBLE
from rounds.kernel.actor import SYSTEM, Actor, Role
from rounds.kernel.errors import Refusal, Unavailable
from rounds.kernel.ids import ClinicId, PersonId
from rounds.kernel.signing import Signer
from rounds.kernel.tasks import Tasks
from rounds.kernel.unit import Unit, Units
from rounds.kernel.words import N_
from rounds.people.contacts import add_contact
from rounds.people.likeness import (
    find_alike,
    find_by_number,
    index_older,
    likeness,
    number_index,
)
from rounds.people.model import Clinic, Matter, StaffMember, System
from rounds.people.queries import locked_clinic
from rounds.people.register import Name, add_relative

# Rows read at a time in a thread, and rows entered before the next are fetched.
SLICE = 100
# Between two patients: whoever is in a visit comes first.
PAUSE_SECONDS = 0.002
MOST_AT_ONCE = 4
ALREADY_IN_SHEET = N_("This number stands in an earlier row of the sheet.")


@dataclass(frozen=True, slots=True)
class _Read:
    """One row as it was read, with the blind indexes of a good one."""

    line: int
    cells: dict[str, str]
    row: SheetRow | None
    fault: Fault | None
    number: str = ""
    likeness: str = ""


class Desk:
    """The sheets this process works on."""

    def __init__(self, units: Units, signer: Signer, tasks: Tasks) -> None:
        """Begin with none."""
        self._units, self._signer, self._tasks = units, signer, tasks
        self._at_work: set[str] = set()

    def works_on(self, sheet: CaseloadImport) -> bool:
        """Say whether a sheet goes on by itself; one that a restart interrupted does not."""
        return sheet.id in self._at_work

    def refuse_more(self) -> None:
        """Raise Unavailable when enough sheets are being worked on."""
        if len(self._at_work) >= MOST_AT_ONCE:
            raise Unavailable("Other sheets are being read just now.", retry_after=60)

    def check(self, id: str, sheet: Sheet) -> None:
        """Check every row of a sheet; nothing but the sheet's own rows is written."""
        self._begin("caseload-check", id, self._check(id, sheet))

    def enter(self, id: str) -> None:
        """Enter the rows of a confirmed sheet, each whole and in a transaction of its own."""
        self._begin("caseload-enter", id, self._enter(id))

    async def resume(self) -> None:
        """Go on with what a restart interrupted; a check has to be begun anew by people."""
        async with self._units.reading(SYSTEM) as unit:
            entering = await imports_at(unit.session, Stage.ENTERING)
        for one in entering:
            self.enter(one.id)

    def _begin(self, name: str, id: str, work: Coroutine[Any, Any, None]) -> None:
        self._at_work.add(id)
        task = self._tasks.once(name, work)
        task.add_done_callback(lambda _: self._at_work.discard(id))

    async def _check(self, id: str, sheet: Sheet) -> None:
        clinic, reader = await self._reader(id, sheet)
        records, seen = sheet.records(), set[str]()
        while True:
            try:
                # In a thread: reading a slice takes longer than a call may wait for the loop.
                rows = await asyncio.to_thread(self._read, records, reader)
            except Refusal as refusal:
                await self._stop(id, refusal)
                return
            async with self._units(SYSTEM) as unit:
                await self._note(unit, id, clinic, rows, seen)
            if len(rows) < SLICE:
                return

    async def _reader(self, id: str, sheet: Sheet) -> tuple[Clinic, RowReader]:
        async with self._units(SYSTEM) as unit:
            row = await unit.session.get_one(CaseloadImport, id)
            clinic = await unit.session.get_one(Clinic, row.clinic_id)
            await index_older(unit, self._signer, clinic.id)
            leads, coordinators = [
                await staff_by_email(unit.session, clinic.id, ELIGIBLE[matter])
                for matter in (Matter.LEAD, Matter.COORDINATION)
            ]
        today = unit.now.date()
        country, language = clinic.country, clinic.language
        return clinic, RowReader(sheet.columns, country, language, today, leads, coordinators)

    def _read(self, records: Iterator[tuple[int, list[str]]], reader: RowReader) -> list[_Read]:
        found = []
        for line, record in islice(records, SLICE):
            cells = reader.cells(record)
            try:
                row = reader.read(cells)
            except Fault as fault:
                found.append(_Read(line, cells, None, fault))
                continue
            number = number_index(self._signer, row.number)
            alike = likeness(self._signer, row.given, row.family, row.born)
            found.append(_Read(line, cells, row, None, number, alike))
        return found

    async def _note(
        self, unit: Unit, id: str, clinic: Clinic, rows: Sequence[_Read], seen: set[str]
    ) -> None:
        good = [one for one in rows if one.row is not None]
        numbers, alike = await known_indexes(
            unit.session,
            clinic.id,
            [one.number for one in good],
            [one.likeness for one in good],
        )
        for one in rows:
            noted = CaseloadRow(clinic_id=clinic.id, import_id=id, line=one.line, fields=_kept(one))
            noted.verdict = Verdict.NEW
            if one.fault is not None:
                noted.verdict = Verdict.FAULTY
                noted.column, noted.reason = one.fault.column, one.fault.reason
            elif one.number in seen:
                noted.verdict = Verdict.FAULTY
                noted.column, noted.reason = NUMBER, ALREADY_IN_SHEET
            elif one.number in numbers:
                noted.verdict = Verdict.KNOWN
            elif one.likeness in alike:
                noted.verdict = Verdict.ALIKE
            seen.add(one.number)
            unit.session.add(noted)
        sheet = await unit.session.get_one(CaseloadImport, id)
        sheet.total += len(rows)
        if len(rows) < SLICE:
            sheet.stage = Stage.CHECKED

    async def _stop(self, id: str, refusal: Refusal) -> None:
        async with self._units(SYSTEM) as unit:
            sheet = await unit.session.get_one(CaseloadImport, id)
            sheet.stage, sheet.trouble = Stage.STOPPED, refusal.message
            line = refusal.details.get("line")
            if isinstance(line, int):
                unit.session.add(
                    CaseloadRow(
                        clinic_id=sheet.clinic_id,
                        import_id=id,
                        line=line,
                        fields="{}",
                        verdict=Verdict.FAULTY,
                        reason=refusal.message,
                    )
                )

    async def _enter(self, id: str) -> None:
        async with self._units.reading(SYSTEM) as unit:
            sheet = await unit.session.get_one(CaseloadImport, id)
            actor = await _maker(unit, sheet)
        wanted = {Verdict.NEW} | ({Verdict.ALIKE} if sheet.with_alike else set())
        after = 0
        while True:
            async with self._units.reading(SYSTEM) as unit:
                rows = await rows_with(unit.session, id, wanted, SLICE, after)
            for row in rows:
                await self._enter_row(actor, row, sheet.with_alike)
                await asyncio.sleep(PAUSE_SECONDS)
                after = row.line
            if not rows:
                break
        async with self._units(actor) as unit:
            done = await locked_import(unit.session, id)
            if done is not None:
                done.stage, done.finished_at = Stage.DONE, unit.now
                await trail.record(unit, "caseload.done", "import", id, clinic=done.clinic_id)

    async def _enter_row(self, actor: Actor, row: CaseloadRow, with_alike: bool) -> None:
        key = (row.import_id, row.line)
        try:
            async with self._units(actor) as unit:
                own = await unit.session.get_one(CaseloadRow, key)
                own.verdict = await self._add(unit, SheetRow(**json.loads(row.fields)), with_alike)
        except Refusal as refusal:
            # Nothing of the row stands; why, does.
            async with self._units(actor) as unit:
                own = await unit.session.get_one(CaseloadRow, key)
                own.verdict, own.reason = Verdict.FAULTY, refusal.message

    async def _add(self, unit: Unit, row: SheetRow, with_alike: bool) -> Verdict:
        clinic = await locked_clinic(unit.session, unit.actor.clinic)
        if clinic is None:
            return Verdict.FAULTY
        if await find_by_number(unit, self._signer, clinic.id, row.number) is not None:
            return Verdict.KNOWN
        who = (row.given, row.family, row.born)
        if not with_alike and await find_alike(unit, self._signer, clinic.id, *who):
            return Verdict.ALIKE
        person, _ = await enter(unit, self._signer, clinic, _entry(row))
        if row.relative:
            kin = await add_relative(
                unit,
                clinic,
                person,
                Name("", row.relative),
                row.relationship,
                language=person.language,
            )
            if row.relative_phone:
                ways = (System.SMS, row.relative_phone, clinic.country)
                await add_contact(unit, self._signer, kin, *ways)
        return Verdict.ADDED


async def _maker(unit: Unit, sheet: CaseloadImport) -> Actor:
    """Who brought a sheet is who enters its patients, even after a restart."""
    member = await unit.session.get_one(StaffMember, sheet.made_by)
    return Actor(
        kind="staff",
        clinic=ClinicId(sheet.clinic_id),
        person=PersonId(sheet.made_by),
        role=Role(member.role),
    )


def _entry(row: SheetRow) -> Entry:
    return Entry(
        Identity(
            Name(row.given, row.family), date.fromisoformat(row.born), row.number, row.language
        ),
        row.email,
        row.phone,
        row.lead,
        row.coordinator,
    )


def _kept(one: _Read) -> str:
    """A good row in full; of a faulty one what names it to people, cut to a size."""
    if one.row is not None:
        return json.dumps(one.row.fields())
    named = {name: one.cells.get(name, "")[:LONGEST_CELL] for name in (NUMBER, GIVEN, FAMILY)}
    return json.dumps(named)
