"""Each kind goes when its time is over, never before, and leaves no reference behind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from rounds.accounts.model import AccountLink, Device, Invitation, Session, SignInCode
from rounds.accounts.queries.staff import account_of
from rounds.accounts.session import end_session, open_guest_session, open_home_session
from rounds.audit.model import AuditEntry
from rounds.chart.model import CaseloadImport, CaseloadRow, Stage, Verdict
from rounds.kernel.actor import SYSTEM, Role
from rounds.kernel.errors import Conflict
from rounds.kernel.ids import new_id
from rounds.kernel.retention import AT_A_TIME
from rounds.kernel.unit import Unit
from rounds.notices.model import Channel, Notice, NoticeState, Subscription
from rounds.people.clinic import set_hold
from rounds.people.contacts import add_contact
from rounds.people.model import Person, System
from rounds.resources import Foundation
from rounds.retention.queries import last_run
from rounds.retention.rules import RULES
from rounds.retention.running import count_over, delete_over
from rounds.rooms.model import ChatMessage, Room, ScreenShare
from rounds.rooms.records_model import ConnectionRecord
from tests.making.clock import StoppedClock
from tests.making.fixtures import on_both
from tests.making.visits import MadeVisit, make_visit

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]

BY_KIND = {rule.kind: rule for rule in RULES}


async def a_day_of_everything(earth: Foundation) -> MadeVisit:
    """A visit that took place, with a row of every kind that is deleted some day."""
    visit = await make_visit(earth.units, relatives=0)
    async with earth.units(SYSTEM) as unit:
        now, clinic = unit.now, visit.clinic.id
        person = await unit.session.get_one(Person, visit.patient.id)
        device = Device(
            id=new_id(), clinic_id=clinic, person_id=person.id, token_hash=new_id(), label="x",
            created_at=now, used_at=now, expires_at=now + timedelta(days=60), revoked_at=now,
        )  # fmt: skip
        unit.session.add(device)
        contact = await add_contact(
            unit, earth.signer, person, System.EMAIL, f"p{person.id}@example.org", "GB"
        )
        await unit.session.flush()
        link = await unit.session.get_one(Invitation, visit.link(visit.patient).invitation)
        await open_guest_session(unit, link)
        await open_home_session(unit, person, Role.PATIENT, device.id, "x")
        link.ended_at = now
        (await unit.session.get_one(Room, visit.room)).closed_at = now
        account = await account_of(unit.session, visit.gp.id)
        assert account is not None
        common = {"clinic_id": clinic, "created_at": now}
        unit.session.add_all(
            [
                ChatMessage(id=new_id(), clinic_id=clinic, room_id=visit.room, key="k", text="x",
                            seat_id=visit.seat(visit.patient), at=now, channel="team"),
                ConnectionRecord(id=new_id(), clinic_id=clinic, room_id=visit.room, began_at=now,
                                 seat_id=visit.seat(visit.patient), written_at=now,
                                 person_id=person.id),
                ScreenShare(id=new_id(), clinic_id=clinic, room_id=visit.room, asked_at=now,
                            seat_id=visit.seat(visit.patient), began_at=now, ended_at=now),
                SignInCode(id=new_id(), person_id=person.id, contact_id=contact.id, purpose="in",
                           token_hash=new_id(), code_hash="x", expires_at=now, **common),
                AccountLink(id=new_id(), account_id=account.id, purpose="set_up",
                            token_hash=new_id(), expires_at=now, **common),
                Notice(id=new_id(), person_id=person.id, contact_id=contact.id, values="{}",
                       channel=Channel.EMAIL, kind="x", state=NoticeState.SENT, due_at=now,
                       sent_at=now, **common),
                Notice(id=new_id(), person_id=person.id, contact_id=contact.id, values="{}",
                       channel=Channel.EMAIL, kind="x", due_at=now, **common),
                Subscription(id=new_id(), person_id=visit.gp.id, endpoint="x", key="x",
                             endpoint_index=new_id()[4:36], secret="x", ended_at=now, **common),
            ]
        )  # fmt: skip
        sheet, entering = (
            CaseloadImport(
                id=new_id(), clinic_id=clinic, made_by=visit.gp.id, made_at=now, stage=stage
            )
            for stage in (Stage.CHECKED, Stage.ENTERING)
        )
        unit.session.add_all([sheet, entering])
        await unit.session.flush()
        unit.session.add_all(
            [
                CaseloadRow(clinic_id=clinic, import_id=one.id, line=2, fields="{}",
                            verdict=Verdict.NEW)
                for one in (sheet, entering)
            ]
        )  # fmt: skip
    return visit


def clock(earth: Foundation) -> StoppedClock:
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


async def over(earth: Foundation, clinic: str) -> dict[str, int]:
    async with earth.units.reading(SYSTEM) as unit:
        return {kind: count for kind, count in (await count_over(unit, clinic)).items() if count}


async def rows(earth: Foundation, model: type[Any], clinic: str) -> int:
    async with earth.units.reading(SYSTEM) as unit:
        statement = select(func.count()).select_from(model).where(model.clinic_id == clinic)
        return int(await unit.session.scalar(statement) or 0)


async def test_every_kind_goes_in_its_time(earth: Foundation) -> None:
    visit = await a_day_of_everything(earth)
    other = await a_day_of_everything(earth)
    id, begin = visit.clinic.id, clock(earth).now()
    steps: list[tuple[timedelta, dict[str, int]]] = [
        (timedelta(hours=23), {}),
        (timedelta(hours=25), {"chat": 1}),
        (timedelta(days=7, hours=1), {"caseload_sheets": 1, "sign_in_codes": 1}),
        (timedelta(days=29), {}),
        (
            timedelta(days=30, hours=1),
            {
                "account_links": 1,
                "connections": 1,
                "join_links": 1,
                "shares": 1,
                "subscriptions": 1,
            },
        ),
        (timedelta(days=89), {}),
        (timedelta(days=90, hours=1), {"devices": 1, "notices": 1}),
        (timedelta(days=90, hours=13), {"sessions": 1}),  # at home for half a day
        (timedelta(days=97, hours=1), {"sessions": 1}),  # the guest's lasted seven days
    ]
    for after, expected in steps:
        clock(earth).move(seconds=(begin + after - clock(earth).now()).total_seconds())
        assert await over(earth, id) == expected, after
        deleted = await delete_over(earth.units, id)
        assert {kind: count for kind, count in deleted.items() if count} == expected, after
        assert await over(earth, id) == {}, after
    # What is part of the record, or waits to be sent, is there; so is the other clinic's all.
    assert await rows(earth, Notice, id) == 1
    assert await rows(earth, CaseloadRow, id) == 1  # of the sheet that is being entered
    assert await rows(earth, Room, id) == 1
    assert await rows(earth, Session, other.clinic.id) == 2
    assert await rows(earth, ChatMessage, other.clinic.id) == 1
    assert await rows(earth, ConnectionRecord, other.clinic.id) == 1


async def test_a_link_in_use_stays(earth: Foundation) -> None:
    visit = await make_visit(earth.units, relatives=0)
    clock(earth).move(days=29)
    async with earth.units(SYSTEM) as unit:
        link = await unit.session.get_one(Invitation, visit.link(visit.patient).invitation)
        await open_guest_session(unit, link)
    clock(earth).move(days=3)
    assert (await over(earth, visit.clinic.id)).get("join_links") is None
    clock(earth).move(days=5)
    assert (await over(earth, visit.clinic.id))["join_links"] == 1
    await delete_over(earth.units, visit.clinic.id)
    assert await rows(earth, Session, visit.clinic.id) == 1


async def test_a_session_that_was_ended_early_counts_from_its_end(earth: Foundation) -> None:
    visit = await make_visit(earth.units, relatives=0)
    async with earth.units(SYSTEM) as unit:
        link = await unit.session.get_one(Invitation, visit.link(visit.patient).invitation)
        await open_guest_session(unit, link)
        found = await unit.session.execute(select(Session).where(Session.invitation_id == link.id))
        await end_session(unit, found.scalar_one(), "revoked")
    clock(earth).move(days=91)
    assert (await over(earth, visit.clinic.id))["sessions"] == 1


async def test_chat_of_a_room_nobody_closed_goes_after_a_week(earth: Foundation) -> None:
    visit = await make_visit(earth.units, relatives=0)
    async with earth.units(SYSTEM) as unit:
        unit.session.add(
            ChatMessage(
                id=new_id(), clinic_id=visit.clinic.id, room_id=visit.room, key="k", text="x",
                seat_id=visit.seat(visit.patient), at=unit.now,
                channel="everyone",
            )
        )  # fmt: skip
    clock(earth).move(days=6, hours=23)
    assert await over(earth, visit.clinic.id) == {}
    clock(earth).move(hours=2)
    assert await over(earth, visit.clinic.id) == {"chat": 1}


async def test_the_trail_goes_after_six_years(earth: Foundation) -> None:
    visit = await make_visit(earth.units, relatives=0)
    begun = await rows(earth, AuditEntry, visit.clinic.id)
    assert begun > 0
    clock(earth).move(days=6 * 365 + 1)
    assert "audit_entries" not in await over(earth, visit.clinic.id)
    clock(earth).move(days=2)
    assert (await over(earth, visit.clinic.id))["audit_entries"] == begun


async def test_a_run_leaves_numbers_and_no_names(earth: Foundation) -> None:
    visit = await a_day_of_everything(earth)
    clock(earth).move(days=31)
    deleted = await delete_over(earth.units, visit.clinic.id)
    async with earth.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(AuditEntry)
            .where(AuditEntry.clinic_id == visit.clinic.id)
            .where(AuditEntry.action.like("retention.%"))
            .order_by(AuditEntry.id)
        )
        lines = found.scalars().all()
        told = await last_run(unit.session, visit.clinic.id)
    some = {kind: count for kind, count in deleted.items() if count}
    assert {one.object_kind: one.count for one in lines[:-1]} == some
    assert (lines[-1].action, lines[-1].count) == ("retention.run", sum(some.values()))
    assert {(one.actor_kind, one.patient_id) for one in lines} == {("system", None)}
    assert told is not None
    assert (told.at, told.deleted, told.total) == (clock(earth).now(), some, sum(some.values()))


async def test_a_hold_stops_everything_until_it_is_lifted(earth: Foundation) -> None:
    visit = await a_day_of_everything(earth)
    clock(earth).move(days=31)
    before = await over(earth, visit.clinic.id)
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, visit.clinic.id, True)
    with pytest.raises(Conflict, match="on hold"):
        await delete_over(earth.units, visit.clinic.id)
    assert await over(earth, visit.clinic.id) == before != {}
    async with earth.units(SYSTEM) as unit:
        await set_hold(unit, visit.clinic.id, False)
    assert sum((await delete_over(earth.units, visit.clinic.id)).values()) == sum(before.values())


async def test_a_hold_set_during_a_run_stops_it(earth: Foundation) -> None:
    visit = await a_day_of_everything(earth)
    clock(earth).move(days=31)

    async def hold(unit: Unit, _: Sequence[str]) -> None:
        await set_hold(unit, visit.clinic.id, True)

    first = BY_KIND["chat"]
    holding = replace(BY_KIND["account_links"], let_go=hold)
    with pytest.raises(Conflict):
        await delete_over(earth.units, visit.clinic.id, [first, holding, BY_KIND["join_links"]])
    assert await rows(earth, ChatMessage, visit.clinic.id) == 0
    assert await rows(earth, Invitation, visit.clinic.id) == 1


async def test_many_go_in_small_transactions(earth: Foundation) -> None:
    visit = await make_visit(earth.units, relatives=0)
    many = AT_A_TIME + 3
    async with earth.units(SYSTEM) as unit:
        unit.session.add_all(
            Device(
                id=new_id(), clinic_id=visit.clinic.id, person_id=visit.patient.id, label="x",
                token_hash=new_id(), created_at=unit.now, used_at=unit.now, expires_at=unit.now,
            )
            for _ in range(many)
        )  # fmt: skip
    clock(earth).move(days=91)
    assert (await delete_over(earth.units, visit.clinic.id))["devices"] == many
    async with earth.units.reading(SYSTEM) as unit:
        told = await last_run(unit.session, visit.clinic.id)
    assert told is not None
    assert told.deleted["devices"] == many
