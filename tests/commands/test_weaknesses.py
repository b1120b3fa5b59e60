"""Each weakness doctor knows: made weak, named with its fix, mended, and silent again."""

import json
import os
import shutil
from collections import namedtuple
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import delete, event, select, text, update

from rounds.__main__ import main
from rounds.accounts.model import Account
from rounds.admin.examination import examine_clinic
from rounds.admin.last_backup import note_backup
from rounds.commands.databases import look_at_database
from rounds.commands.doctor import look_at_data, look_at_settings
from rounds.commands.machine import look_at_folder
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.finding import Finding
from rounds.kernel.ids import new_id
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.people.model import Clinic
from rounds.resources import Foundation, lay_foundation
from rounds.scheduling.model import Holiday, Hours, Shift
from tests.databases import PostgreSQL
from tests.making.clock import START
from tests.making.ground import make_settings
from tests.making.people import make_clinic, make_staff

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clinic(earth: Foundation) -> AsyncIterator[Clinic]:
    """A clinic of which everything is well."""
    made = await make_clinic(earth.units, "Quay")
    gp = await make_staff(earth.units, made, Role.GP)
    async with earth.units(SYSTEM) as unit:
        now = unit.now
        await unit.session.execute(update(Account).values(totp_secret="x", totp_confirmed_at=now))
        unit.session.add_all(
            [
                Hours(id=new_id(), clinic_id=made.id, weekday=0, begins=540, ends=1020),
                Holiday(id=new_id(), clinic_id=made.id, day=now.date() + timedelta(30), name="x"),
                Shift(id=new_id(), clinic_id=made.id, person_id=gp.id, begins_at=now,
                      ends_at=now + timedelta(hours=8)),
            ]
        )  # fmt: skip
    yield made


async def found(earth: Foundation, clinic: Clinic) -> list[Finding]:
    async with earth.units.reading(SYSTEM) as unit:
        row = await unit.session.get_one(Clinic, clinic.id)
        return [one async for one in examine_clinic(unit.session, row, unit.now)]


async def test_a_clinic_that_is_well_is_silent(earth: Foundation, clinic: Clinic) -> None:
    assert await found(earth, clinic) == []


@pytest.mark.parametrize(
    ("weak", "well", "what", "place"),
    [
        (update(Clinic).values(crisis_reviewed_on=date(2025, 1, 1)),
         update(Clinic).values(crisis_reviewed_on=date(2026, 11, 1)), "a year", "/admin/clinic"),
        (update(Account).values(totp_confirmed_at=None),
         update(Account).values(totp_confirmed_at=START), "a password alone: 1", "/admin/staff"),
        (update(Account).values(password_hash=""),
         update(Account).values(password_hash="x"), "nobody has taken up yet: 1", "/admin/staff"),
        (update(Hours).values(person_id=select(Account.person_id).limit(1).scalar_subquery()),
         update(Hours).values(person_id=None), "when it is open", "/schedule"),
        (update(Holiday).values(day=date(2026, 1, 1)),
         update(Holiday).values(day=date(2027, 1, 1)), "no holidays", "/schedule"),
        (update(Shift).values(ends_at=START),
         update(Shift).values(ends_at=START + timedelta(hours=8)), "on call now", "/schedule"),
    ],
)  # fmt: skip
async def test_each_weakness_of_a_clinic(
    earth: Foundation, clinic: Clinic, weak: object, well: object, what: str, place: str
) -> None:
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(weak)  # type: ignore[call-overload]
    (one,) = await found(earth, clinic)
    assert what in one.said
    assert "Quay" in one.said
    assert (one.refuses, one.place) == (False, place)
    assert one.remedy
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(well)  # type: ignore[call-overload]
    assert await found(earth, clinic) == []


async def test_messages_that_were_given_up(earth: Foundation, clinic: Clinic) -> None:
    gp = await make_staff(earth.units, await make_clinic(earth.units, "Hill"))
    async with earth.units(SYSTEM) as unit:
        unit.session.add(
            Notice(
                id=new_id(), clinic_id=clinic.id, person_id=gp.id, channel=Channel.SMS, kind="x",
                values="{}", state=NoticeState.GIVEN_UP, created_at=unit.now, due_at=unit.now,
            )
        )  # fmt: skip
    (one,) = await found(earth, clinic)
    assert "could not be delivered: 1" in one.said
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(update(Notice).values(seen_at=unit.now))
    assert await found(earth, clinic) == []
    async with earth.units(SYSTEM) as unit:
        await unit.session.execute(delete(Notice))


def told(folder: Path, **settings: object) -> list[Finding]:
    return list(look_at_folder(make_settings(folder, "", **settings), START))


async def test_the_age_of_the_backup(tmp_path: Path) -> None:
    (one,) = told(tmp_path)
    assert one.said == "This clinic was never backed up."
    note_backup(tmp_path, START - timedelta(days=8), 1)
    (one,) = told(tmp_path)
    assert one.said == "The last backup is 8 days old."
    assert "rounds backup" in one.remedy
    note_backup(tmp_path, START - timedelta(days=6), 1)
    assert told(tmp_path) == []


async def test_files_that_are_open_to_others(tmp_path: Path) -> None:
    note_backup(tmp_path, START, 1)
    file = tmp_path / "audit-checkpoints"
    file.touch(mode=0o600)
    assert told(tmp_path) == []
    for mode in (0o604, 0o620, 0o666):
        file.chmod(mode)
        (one,) = told(tmp_path)
        assert (one.said, one.remedy) == (f"{file} is open to others.", f"Run: chmod 600 {file}")
    file.chmod(0o640)  # a group of its own may read
    assert told(tmp_path) == []


async def test_the_room_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note_backup(tmp_path, START, 1)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 1 << 40, 100 << 20))
    (one,) = told(tmp_path)
    assert "Only 100 MiB are left" in one.said
    monkeypatch.undo()
    assert told(tmp_path) == []


@pytest.mark.parametrize("wide", ["0.0.0.0/0", "10.0.0.5, ::/0"])
async def test_proxies_that_believe_everybody(tmp_path: Path, wide: str) -> None:
    def found_in(networks: str) -> list[Finding]:
        settings = make_settings(tmp_path, "", trusted_proxies=networks)
        return [one for one in look_at_settings(settings) if "PROXIES" in one.said]

    (one,) = found_in(wide)
    assert not one.refuses
    assert "your own proxy" in one.remedy
    (one,) = found_in("proxy.example")
    assert one.refuses
    assert found_in("10.0.0.0/24, 2001:db8::1") == []


async def test_the_databases_clock(earth: Foundation) -> None:
    """The test's clock stands still in November; the database's does not."""
    (one,) = [one async for one in look_at_database(earth)]
    assert "differ by" in one.said
    assert "time server" in one.remedy
    foundation = lay_foundation(earth.settings)
    assert [one async for one in look_at_database(foundation)] == []
    await foundation.close()


async def test_a_database_that_forgets(tmp_path: Path) -> None:
    foundation = lay_foundation(make_settings(tmp_path, ""))

    def forget(connection: object, _: object) -> None:
        connection.execute("PRAGMA synchronous = OFF")  # type: ignore[attr-defined]

    event.listen(foundation.engine.sync_engine, "connect", forget)
    (one,) = [one async for one in look_at_database(foundation)]
    assert "synchronous = 0 instead of 2" in one.said
    event.remove(foundation.engine.sync_engine, "connect", forget)
    await foundation.engine.dispose()
    assert [one async for one in look_at_database(foundation)] == []
    await foundation.close()


@pytest.mark.postgresql
async def test_what_is_weak_about_postgresql(tmp_path: Path, postgresql: PostgreSQL) -> None:
    """The tests' own server is a throwaway: nothing of it is durable, and we own it all."""
    foundation = lay_foundation(make_settings(tmp_path, postgresql.new_database()))
    said = [one.said async for one in look_at_database(foundation)]
    for part in ("fsync = off", "full_page_writes = off", "superuser"):
        assert sum(part in one for one in said) == 1, part
    assert not any("sealed" in one for one in said)
    async with foundation.engine.begin() as connection:
        await connection.execute(text("CREATE ROLE plain LOGIN"))
    plain = foundation.settings.database.replace("rounds@", "plain@")
    humble = lay_foundation(make_settings(tmp_path, plain))
    seen = [one.said async for one in look_at_database(humble)]
    await humble.close()
    await foundation.close()
    assert not any("superuser" in one for one in seen)


@pytest.mark.parametrize(
    ("address", "weak"),
    [
        ("postgresql://r@db.example/r", True),
        ("postgresql://r@db.example/r?ssl=require", True),
        ("postgresql://r@db.example/r?ssl=verify-full", False),
        ("postgresql://r@127.0.0.1/r", False),
        ("postgresql://r@/r?host=/run/postgresql", False),
    ],
)
async def test_the_way_to_the_database(address: str, weak: bool) -> None:
    from rounds.commands.databases import _way

    found_there = _way(address)
    assert bool(found_there) == weak
    assert all("verify-full" in one.remedy for one in found_there)


async def test_everything_is_looked_at(tmp_path: Path) -> None:
    """Doctor's own list holds what each part finds."""
    from rounds.migrations.runner import migrate

    foundation = lay_foundation(make_settings(tmp_path, ""))
    await migrate(foundation.engine)
    await make_clinic(foundation.units)
    said = [one.said async for one in look_at_data(foundation)]
    await foundation.close()
    for part in ("never backed up", "on call now", "no holidays"):
        assert any(part in one for one in said), part


async def test_doctor_speaks_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    for name in list(os.environ):
        if name.startswith("ROUNDS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROUNDS_DATA", str(tmp_path))
    assert await asyncio.to_thread(main, ["doctor", "--json"]) == 1
    told_then = json.loads(capsys.readouterr().out)["findings"]
    assert {"level", "what", "fix"} == set(told_then[0])
    assert "refused" in {one["level"] for one in told_then}
