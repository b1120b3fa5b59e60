"""Messages go out once, are tried again with patience, and are given up loudly, never silently."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from rounds.consent.model import Purpose
from rounds.kernel.actor import SYSTEM
from rounds.messages import objection
from rounds.notices import parcel as why
from rounds.notices.events import NoticeGivenUp
from rounds.notices.model import Channel, Notice, NoticeState
from rounds.notices.outbox import Message, cancel_about, queue
from rounds.notices.parcel import Carrier, Parcel, Shown, Undelivered
from rounds.notices.sender import BATCH, PAUSES, REST, Sender
from rounds.notices.texts import Texts
from rounds.people.contacts import remove_contact
from rounds.people.model import Clinic, ContactPoint, Person, System
from rounds.resources import Foundation
from tests.making.clock import StoppedClock
from tests.making.consent import agree_to, withdraw_messages
from tests.making.fixtures import on_both
from tests.making.notices import Hand, give_address, hands, make_notice, notice, state
from tests.making.people import Someone, make_clinic, make_patient

pytestmark = [pytest.mark.asyncio(loop_scope="module"), on_both]


def sender(
    earth: Foundation, carriers: Mapping[Channel, Carrier], shown: Carrier | None = None
) -> Sender:
    texts = Texts(earth.pages, "https://visits.clinic.example")
    return Sender(earth.units, texts, carriers, objection, shown)


def clock(earth: Foundation) -> StoppedClock:
    assert isinstance(earth.clock, StoppedClock)
    return earth.clock


async def somebody(earth: Foundation, *systems: System) -> Someone:
    patient = await make_patient(earth.units, await make_clinic(earth.units))
    for system in systems or (System.EMAIL,):
        await give_address(earth.units, earth.signer, patient, system)
    return patient


async def test_a_message_goes_out_once_and_forgets_what_it_said(earth: Foundation) -> None:
    mara = await somebody(earth)
    id = await make_notice(earth.units, mara, link="/j#t=secret")
    by = hands()
    await sender(earth, by).send_due()
    await sender(earth, by).send_due()
    (given,) = by[Channel.EMAIL].given
    assert "123456" in given.text.body
    assert given.sender == "Harbour Street Practice"
    assert "@home.example" in given.to
    row = await notice(earth.units, id)
    assert (row.state, row.sent_at, row.tries) == (NoticeState.SENT, earth.clock.now(), 1)
    assert row.values == "{}"


async def test_what_is_due_later_waits(earth: Foundation) -> None:
    later = earth.clock.now() + timedelta(hours=1)
    id = await make_notice(earth.units, await somebody(earth), due_at=later)
    by = hands()
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].given == []
    clock(earth).move(hours=1)
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].ids == [id]


async def test_a_deed_that_fails_sends_nothing(earth: Foundation) -> None:
    mara = await somebody(earth)

    async def book() -> None:
        async with earth.units(SYSTEM) as unit:
            person = await unit.session.get_one(Person, mara.id)
            await queue(unit, person, Message("visit_pin", {"pin": "1"}))
            raise RuntimeError("the booking failed")

    with pytest.raises(RuntimeError):
        await book()
    by = hands()
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].given == []


async def test_a_failing_message_is_tried_again_with_growing_pauses(earth: Foundation) -> None:
    id = await make_notice(earth.units, await somebody(earth))
    heard: list[NoticeGivenUp] = []

    async def hear(fact: NoticeGivenUp) -> None:
        heard.append(fact)

    earth.bus.after_commit(NoticeGivenUp, hear)

    def fail(_: Parcel) -> Sequence[str]:
        raise Undelivered(why.NOT_NOW)

    by = hands()
    by[Channel.EMAIL].then = fail
    out, tries = by[Channel.EMAIL], sender(earth, by)
    began = earth.clock.now()
    for number, pause in enumerate(PAUSES, start=1):
        await tries.send_due()
        assert len(out.given) == number
        assert await state(earth.units, id) == (NoticeState.WAITING, why.NOT_NOW)
        clock(earth).move(seconds=pause.total_seconds() - 1)
        await tries.send_due()
        assert len(out.given) == number, "too early"
        clock(earth).move(seconds=1)
    while (await state(earth.units, id))[0] == NoticeState.WAITING:
        assert earth.clock.now() - began < timedelta(hours=24)
        await tries.send_due()
        clock(earth).move(seconds=PAUSES[-1].total_seconds())
    assert await state(earth.units, id) == (NoticeState.GIVEN_UP, why.NOT_NOW)
    # 10 s, 1 min, 5 min, 30 min and 2 h, then every two hours for a day.
    assert len(out.given) == 16
    assert [fact.notice for fact in heard] == [id]
    earth.bus.after[NoticeGivenUp].remove(hear)
    kept = await notice(earth.units, id)
    assert "123456" in kept.values, "it can be tried again"


async def test_what_fails_for_good_is_given_up_at_once(earth: Foundation) -> None:
    id = await make_notice(earth.units, await somebody(earth))

    def fail(_: Parcel) -> Sequence[str]:
        raise Undelivered(why.WRONG_ADDRESS, for_good=True)

    by = hands()
    by[Channel.EMAIL].then = fail
    await sender(earth, by).send_due()
    assert await state(earth.units, id) == (NoticeState.GIVEN_UP, why.WRONG_ADDRESS)


async def test_it_is_never_sent_too_late(earth: Foundation) -> None:
    mara, soon = await somebody(earth), earth.clock.now() + timedelta(seconds=30)
    id = await make_notice(earth.units, mara, expires_at=soon, link="/j#t=secret")
    by = hands()

    def fail(_: Parcel) -> Sequence[str]:
        raise Undelivered(why.UNREACHABLE)

    by[Channel.EMAIL].then = fail
    await sender(earth, by).send_due()
    assert (await state(earth.units, id))[0] == NoticeState.WAITING
    assert by[Channel.EMAIL].given[0].seconds == 30
    clock(earth).move(seconds=30)
    by[Channel.EMAIL].then = lambda _: ()
    await sender(earth, by).send_due()
    assert len(by[Channel.EMAIL].given) == 1
    assert await state(earth.units, id) == (NoticeState.GIVEN_UP, why.TOO_LATE)
    assert (await notice(earth.units, id)).values == "{}"


async def test_two_senders_at_once_send_each_message_once(earth: Foundation) -> None:
    mara = await somebody(earth, System.SMS)
    ids = [await make_notice(earth.units, mara) for _ in range(3 * BATCH)]

    async def slowly(_: Parcel) -> Sequence[str]:
        await asyncio.sleep(0)
        return ()

    by = hands()
    by[Channel.SMS].then = slowly
    await asyncio.gather(*(sender(earth, by).send_due() for _ in range(4)))
    assert sorted(by[Channel.SMS].ids) == sorted(ids)


async def test_a_message_that_is_being_sent_is_not_taken_by_another(earth: Foundation) -> None:
    """The first sender hangs in the middle of it; the second finds nothing to do."""
    id = await make_notice(earth.units, await somebody(earth))
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def hang(_: Parcel) -> Sequence[str]:
        inside.set()
        await go_on.wait()
        return ()

    slow, quick = hands(), hands()
    slow[Channel.EMAIL].then = hang
    first = asyncio.ensure_future(sender(earth, slow).send_due())
    await asyncio.wait_for(inside.wait(), 5)
    await sender(earth, quick).send_due()
    assert quick[Channel.EMAIL].given == []
    go_on.set()
    await asyncio.wait_for(first, 5)
    assert (await state(earth.units, id))[0] == NoticeState.SENT


async def test_a_sender_that_dies_between_sending_and_noting_loses_nothing(
    earth: Foundation,
) -> None:
    id = await make_notice(earth.units, await somebody(earth))
    sent = asyncio.Event()

    async def die_after(_: Parcel) -> Sequence[str]:
        sent.set()
        await asyncio.Event().wait()
        return ()

    dying, next_one = hands(), hands()
    dying[Channel.EMAIL].then = die_after
    task = asyncio.ensure_future(sender(earth, dying).send_due())
    await asyncio.wait_for(sent.wait(), 5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await sender(earth, next_one).send_due()
    assert next_one[Channel.EMAIL].given == [], "it may still be on its way"
    clock(earth).move(seconds=REST.total_seconds())
    await sender(earth, next_one).send_due()
    # Twice out of the house, with one and the same name; never not at all.
    assert dying[Channel.EMAIL].ids + next_one[Channel.EMAIL].ids == [id, id]
    assert (await state(earth.units, id))[0] == NoticeState.SENT


async def test_what_is_no_longer_true_is_taken_back(earth: Foundation) -> None:
    mara = await somebody(earth)
    about = ("visit", mara.id)
    later = earth.clock.now() + timedelta(minutes=1)
    id = await make_notice(earth.units, mara, about=about, due_at=later, link="/j#t=secret")
    async with earth.units(SYSTEM) as unit:
        await cancel_about(unit, mara.id)
    clock(earth).move(minutes=1)
    by = hands()
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].given == []
    row = await notice(earth.units, id)
    assert (row.state, row.values) == (NoticeState.CANCELLED, "{}")


async def test_nothing_goes_to_an_address_that_was_taken_out(earth: Foundation) -> None:
    mara = await somebody(earth)
    later = earth.clock.now() + timedelta(minutes=1)
    id = await make_notice(earth.units, mara, due_at=later)
    async with earth.units(SYSTEM) as unit:
        row = await unit.session.get_one(Notice, id)
        contact = await unit.session.get_one(ContactPoint, row.contact_id)
        await remove_contact(unit, contact)
    clock(earth).move(minutes=1)
    by = hands()
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].given == []
    assert await state(earth.units, id) == (NoticeState.GIVEN_UP, why.NO_ADDRESS)


async def test_who_took_the_agreement_back_gets_no_messages(earth: Foundation) -> None:
    mara = await somebody(earth)
    by = hands()
    await agree_to(earth.units, mara, Purpose.MESSAGES)
    first = await make_notice(earth.units, mara)
    await sender(earth, by).send_due()
    await withdraw_messages(earth.units, mara)
    second = await make_notice(earth.units, mara)
    asked = await make_notice(earth.units, mara, "my_sign_in", code="1", link="/my")
    await sender(earth, by).send_due()
    assert set(by[Channel.EMAIL].ids) - {asked} == {first}
    assert await state(earth.units, second) == (NoticeState.CANCELLED, why.NO_CONSENT)
    assert await state(earth.units, asked) != (NoticeState.CANCELLED, why.NO_CONSENT)
    await agree_to(earth.units, mara, Purpose.MESSAGES)
    third = await make_notice(earth.units, mara)
    await sender(earth, by).send_due()
    assert set(by[Channel.EMAIL].ids) - {asked} == {first, third}


@pytest.mark.parametrize(
    ("system", "fault"), [(System.EMAIL, why.NO_EMAIL), (System.SMS, why.NO_SMS)]
)
async def test_without_a_way_out_a_message_stays_visible(
    earth: Foundation, system: System, fault: str
) -> None:
    id = await make_notice(earth.units, await somebody(earth, system))
    await sender(earth, {}, Shown()).send_due()
    assert await state(earth.units, id) == (NoticeState.GIVEN_UP, fault)


async def test_any_way_takes_the_way_there_is(earth: Foundation) -> None:
    mara = await somebody(earth, System.SMS, System.EMAIL)
    free = await make_notice(earth.units, mara, any_way=1)
    bound = await make_notice(earth.units, mara)
    mail = Hand()
    await sender(earth, {Channel.EMAIL: mail}).send_due()
    assert mail.ids == [free]
    assert "@" in mail.given[0].to
    assert await state(earth.units, bound) == (NoticeState.GIVEN_UP, why.NO_SMS)


async def test_a_demo_shows_what_nothing_carries_and_keeps_it(earth: Foundation) -> None:
    mara = await somebody(earth)
    async with earth.units(SYSTEM) as unit:
        clinic = await unit.session.get_one(Clinic, mara.clinic)
        clinic.is_demo = True
    id = await make_notice(earth.units, mara)
    await sender(earth, {}, Shown()).send_due()
    row = await notice(earth.units, id)
    assert row.state == NoticeState.SENT
    assert "123456" in row.values


async def test_a_kind_without_words_holds_up_nobody(earth: Foundation) -> None:
    mara = await somebody(earth)
    unknown = await make_notice(earth.units, mara, "no_such_kind")
    broken = await make_notice(earth.units, mara, "visit_link")
    fine = await make_notice(earth.units, mara)
    by = hands()
    await sender(earth, by).send_due()
    assert by[Channel.EMAIL].ids == [fine]
    assert await state(earth.units, unknown) == (NoticeState.GIVEN_UP, why.NO_TEXT)
    assert await state(earth.units, broken) == (NoticeState.WAITING, why.OUR_FAULT)
