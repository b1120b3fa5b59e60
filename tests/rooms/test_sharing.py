"""Sharing a screen: who may, one at a time, and that it ends with the standing of the sharer."""

from typing import Any

import pytest
from sqlalchemy import select

from rounds.audit.model import AuditEntry
from rounds.kernel.actor import SYSTEM
from rounds.media.engine import Kind
from rounds.rooms.audience import audience
from rounds.rooms.model import ScreenShare
from rounds.rooms.watch import HOST_GRACE_SECONDS
from tests.making.browser import Line
from tests.making.fixtures import on_both
from tests.making.house import House
from tests.making.visits import MadeVisit, make_visit
from tests.making.waiting import eventually
from tests.media.seat import Stream
from tests.media.showing import offer_with_screen
from tests.rooms.caller import Caller

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


class Gathering:
    """A visit with its GP, its patient and a relative in the call."""

    def __init__(self, visit: MadeVisit, gp: Line, patient: Line, relative: Line) -> None:
        """Keep their lines and seats."""
        self.visit, self.gp, self.patient, self.relative = visit, gp, patient, relative
        self.of = {
            gp: visit.seat(visit.gp),
            patient: visit.seat(visit.patient),
            relative: visit.seat(visit.relatives[0]),
        }

    async def let(self, guest: Line) -> None:
        """Let somebody share, who asks."""
        await guest.ask("share_ask")
        await self.gp.ask("share_let", seat=self.of[guest])

    async def sharer(self, line: Line) -> Any:
        """Return the seat whose screen is shared, as somebody is told."""
        return ((await line.ask("state"))["sharing"] or {}).get("seat")


async def gather(house: House) -> Gathering:
    visit = await make_visit(house.units)
    gp = await (await house.signed_in(visit.gp)).staff_room(visit.id)
    guests = []
    for person in (visit.patient, visit.relatives[0]):
        link = visit.link(person)
        guest = await (await house.guest(link)).guest_room(link)
        await guest.ask("knock")
        guests.append(guest)
    await gp.ask("admit_all")
    return Gathering(visit, gp, *guests)


async def deeds(house: House, visit: MadeVisit) -> list[str]:
    """Return what the trail says of screens in this visit, in order."""
    async with house.units.reading(SYSTEM) as unit:
        found = await unit.session.execute(
            select(AuditEntry.action)
            .where(AuditEntry.patient_id == visit.patient.id, AuditEntry.outcome == "done")
            .order_by(AuditEntry.at, AuditEntry.id)
        )
        marks = ("room.share", "room.ask", "room.let")
        return [action for action in found.scalars() if action.startswith(marks)]


async def test_a_clinician_shares_and_everybody_inside_is_told_whose_screen_it_is(
    house: House,
) -> None:
    room = await gather(house)
    assert [(await one.ask("state"))["me"]["share"] for one in room.of] == ["free", "ask", "ask"]
    told = await room.gp.ask("share_begin")
    assert told["sharing"]["seat"] == room.of[room.gp]
    for guest in (room.patient, room.relative):
        shown = await guest.until("room_changed", lambda state: state["sharing"])
        assert shown["sharing"]["name"] == room.visit.gp.name
        assert shown["asking"] == []
    await room.gp.ask("share_begin")  # as after a reload: it goes on
    await room.gp.ask("share_end", seat=room.of[room.gp])
    await room.patient.until("room_changed", lambda state: not state["sharing"])
    await room.gp.ask("share_end", seat=room.of[room.gp])
    assert await deeds(house, room.visit) == ["room.share:began", "room.share:ended"]


async def test_a_patient_asks_and_is_let_once(house: House) -> None:
    room = await gather(house)
    assert await room.patient.refused("share_begin") == "forbidden"
    assert await room.patient.refused("share_let", seat=room.of[room.patient]) == "forbidden"
    assert await room.patient.refused("share_end", seat=room.of[room.gp]) == "forbidden"
    assert (await room.patient.ask("share_ask"))["me"]["share"] == "asked"
    await room.patient.ask("share_ask")
    assert await room.patient.refused("share_begin") == "forbidden"
    asking = (await room.gp.until("room_changed", lambda state: state["asking"]))["asking"]
    assert [one["seat"] for one in asking] == [room.of[room.patient]]
    await room.gp.ask("share_decline", seat=room.of[room.patient])
    assert await room.gp.refused("share_let", seat=room.of[room.patient]) == "conflict"
    assert (await room.patient.ask("state"))["me"]["share"] == "ask"
    await room.let(room.patient)
    assert (await room.patient.ask("state"))["me"]["share"] == "let"
    await room.patient.ask("share_begin")
    assert await room.sharer(room.gp) == room.of[room.patient]
    await room.patient.ask("share_end", seat=room.of[room.patient])
    assert await room.patient.refused("share_begin") == "forbidden"
    assert await deeds(house, room.visit) == [
        "room.ask", "room.let:declined", "room.ask", "room.let:allowed",
        "room.share:began", "room.share:ended",
    ]  # fmt: skip


async def test_one_screen_at_a_time_and_only_a_clinician_or_host_takes_over(house: House) -> None:
    room = await gather(house)
    for guest in (room.patient, room.relative):
        await room.let(guest)
    await room.patient.ask("share_begin")
    for take_over in (False, True):
        assert await room.relative.refused("share_begin", take_over=take_over) == "conflict"
    assert await room.gp.refused("share_begin") == "conflict"
    assert await room.sharer(room.relative) == room.of[room.patient]
    await room.gp.ask("share_begin", take_over=True)
    assert await room.sharer(room.patient) == room.of[room.gp]
    assert (await room.patient.ask("state"))["me"]["share"] == "ask"
    await room.gp.ask("share_end", seat=room.of[room.gp])
    # The relative's leave was not used yet; a host may also end what somebody else shows.
    await room.relative.ask("share_begin")
    await room.gp.ask("share_end", seat=room.of[room.relative])
    assert await room.sharer(room.gp) is None


@pytest.mark.parametrize("end", ["send_back", "leave", "close"])
async def test_it_ends_with_the_standing_of_whoever_shares(house: House, end: str) -> None:
    room = await gather(house)
    await room.let(room.patient)
    await room.let(room.relative)
    await room.patient.ask("share_begin")
    if end == "send_back":
        await room.gp.ask("send_back", seat=room.of[room.patient])
    elif end == "leave":
        await room.patient.ask("leave")
    else:
        await room.gp.ask("end")
        told = await room.gp.until("room_changed", lambda state: state["phase"] == "closed")
        assert [one["seat"] for one in told["shared"]] == [room.of[room.patient]]
        assert told["shared"][0]["ended_at"] >= told["shared"][0]["began_at"]
        patient = await room.patient.until("room_changed", lambda one: one["phase"] == "closed")
        assert patient["shared"] == []
        return
    assert await room.sharer(room.gp) is None
    # Who comes back asks anew, and meanwhile is told nothing.
    waits = await room.patient.ask("state")
    assert waits["sharing"] is None
    assert await room.patient.refused("share_ask") == "forbidden"
    assert await room.patient.refused("share_begin") == "forbidden"
    await room.patient.ask("knock")
    await room.gp.ask("admit_all")
    assert await room.patient.refused("share_begin") == "forbidden"
    await room.relative.ask("share_begin")


async def test_it_ends_when_whoever_shares_has_gone_without_a_word(house: House) -> None:
    room = await gather(house)
    await room.let(room.patient)
    await room.patient.ask("share_begin")
    await room.patient.close()
    seat = room.of[room.patient]
    await eventually(lambda: not house.presence.sids(room.visit.room, [seat]))
    house.pass_time(seconds=HOST_GRACE_SECONDS - 2)
    told = await room.gp.ask("state")
    assert told["sharing"]["seat"] == seat
    house.pass_time(seconds=3)
    await room.gp.until(
        "room_changed", lambda one: one["version"] > told["version"] and one["sharing"] is None
    )
    assert (await deeds(house, room.visit))[-1] == "room.share:ended"


async def test_who_waits_is_told_of_no_screen(house: House) -> None:
    room = await gather(house)
    await room.gp.ask("send_back", seat=room.of[room.relative])
    told = await room.gp.ask("share_begin")
    assert told["sharing"]
    seen = await room.relative.until("room_changed", lambda one: one["version"] >= told["version"])
    assert (seen["sharing"], seen["asking"], seen["shared"]) == (None, [], [])


async def test_the_matrix_opens_one_screen_to_those_inside(house: House) -> None:
    matrix = audience(["a", "b", "c"], "a")
    assert {one for kinds in matrix["a"].values() for one in kinds} == set(Kind)
    assert matrix["b"]["a"] == matrix["c"]["b"] == frozenset({Kind.AUDIO, Kind.VIDEO})
    assert "d" not in audience(["a", "b"], "d")
    assert all(
        Kind.SCREEN not in kinds for one in audience("ab").values() for kinds in one.values()
    )


async def test_hostile_words_open_nothing(house: House) -> None:
    room, other = await gather(house), await gather(house)
    strange: list[object] = ["x" * 37, "\x00", 7, None, [], {}]
    for wrong in strange:
        for event in ("share_let", "share_decline", "share_end"):
            assert await room.gp.refused(event, seat=wrong) == "invalid"
    neither: list[object] = ["perhaps", 7, [], None]
    for take_over in neither:
        assert await room.gp.refused("share_begin", take_over=take_over) == "invalid"
    await other.let(other.patient)
    foreign = other.of[other.patient]
    for seat in (foreign, "ω" * 36, "", room.of[room.relative]):
        for event in ("share_let", "share_decline"):
            assert await room.gp.refused(event, seat=seat) == "conflict"
        assert (await room.gp.ask("share_end", seat=seat))["sharing"] is None
    assert (await other.patient.ask("state"))["me"]["share"] == "let"


async def test_after_the_end_nothing_is_left_open(house: House) -> None:
    room = await gather(house)
    await room.let(room.patient)
    await room.relative.ask("share_ask")
    await room.gp.ask("end")

    async def all_over() -> bool:
        async with house.units.reading(SYSTEM) as unit:
            found = await unit.session.execute(
                select(ScreenShare.ended_at).where(ScreenShare.room_id == room.visit.room)
            )
            ends = found.scalars().all()
            return len(ends) == 2 and None not in ends

    await eventually(all_over)
    assert await room.gp.refused("share_begin") in ("gone", "forbidden", "not_found")


async def pair(house: House) -> tuple[MadeVisit, Caller, Caller]:
    """The GP and the patient with sound and picture."""
    visit = await make_visit(house.units)
    link = visit.link(visit.patient)
    desk, phone = await house.signed_in(visit.gp), await house.guest(link)
    console, guest = await desk.staff_room(visit.id), await phone.guest_room(link)
    await guest.ask("knock")
    await console.ask("admit_all")
    return visit, await Caller(desk, console).come(), await Caller(phone, guest).come()


def offered(caller: Caller) -> set[str]:
    """Return what kinds of track somebody was offered last."""
    newest: Any = max(caller.media.told("offered"), key=lambda one: one["version"])
    return {track["kind"] for track in newest["tracks"]}


async def test_a_screen_that_is_sent_without_leave_reaches_nobody(house: House) -> None:
    visit, gp, patient = await pair(house)
    screen = Stream(patient.up, "video")
    offer = offer_with_screen(patient, screen)
    assert (await patient.media.ask("publish", sdp=offer))["sdp"]

    async def shows() -> set[str]:
        await gp.answer()
        screen.send()
        return offered(gp)

    async def is_heard() -> None:
        before = len(gp.down.rtp)

        async def newly() -> bool:
            patient.audio.send()
            await shows()
            return len(gp.down.rtp) > before

        await eventually(newly)

    for _ in range(3):  # the patient's voice comes, so the screen would have come, too
        await is_heard()
        assert "screen" not in offered(gp)
    assert not [one for one in gp.down.rtp if one[24:] in set(screen.sent.values())]
    await patient.room.ask("share_ask")
    await gp.room.ask("share_let", seat=visit.seat(visit.patient))
    assert "screen" not in await shows()
    await patient.room.ask("share_begin")

    async def arrives() -> bool:
        await shows()
        return any(one[24:] in set(screen.sent.values()) for one in gp.down.rtp)

    await eventually(arrives)
    await gp.room.ask("share_end", seat=visit.seat(visit.patient))
    late = {screen.send() for _ in range(5)}
    await is_heard()
    assert not [one for one in gp.down.rtp if one[24:] in late]
    for caller in (gp, patient):
        caller.close()
