"""Without consent or an answer a seat is released; time is told, never waited for."""

from rounds.media.sfu import ice, subscriber
from tests.media.conftest import House, people
from tests.media.wire import eventually

SECOND = 1_000_000


def hall_time(house: House) -> int:
    """Return the microseconds at which the unit is now."""
    return house.hall._mux.outgoing.now


async def test_thirty_seconds_without_consent_release_the_seat(house: House) -> None:
    anna, ben = await people(house, "anna", "ben")
    assert ice.CONSENT_SECONDS == 30
    present = house.hall._rooms["room"].participants["anna"]
    assert present.publisher is not None
    present.publisher.tick_second(hall_time(house) + 29 * SECOND)
    assert not present.closed
    present.publisher.tick_second(hall_time(house) + 31 * SECOND)
    await eventually(lambda: anna.lost)
    assert anna.lost[0].reason == "timeout"
    await ben.until_offered(0)


async def test_an_offer_that_is_never_answered_loses_the_seat(house: House) -> None:
    anna = house.seat("anna")
    house.seats.remove(anna)  # its events are not heard: it never answers
    await anna.join()
    present = house.hall._rooms["room"].participants["anna"]
    present.subscriber.tick_second(hall_time(house) + (subscriber.ANSWER_SECONDS - 1) * SECOND)
    assert house.hall.statistics()["seats"] == 1
    present.subscriber.tick_second(hall_time(house) + (subscriber.ANSWER_SECONDS + 1) * SECOND)
    assert house.hall.statistics()["seats"] == 0
    anna.close()


async def test_nothing_is_left_of_those_who_left(house: House) -> None:
    for _ in range(5):
        anna, ben = await people(house, "anna", "ben")
        await anna.until_reaches(ben)
        house.hall.leave("room", "anna")
        house.hall.leave("room", "ben", ben.generation)
        house.hall.set_audience("room", {})
        numbers = house.hall.statistics()
        assert (numbers["rooms"], numbers["seats"], numbers["connections"]) == (0, 0, 0)
        assert house.hall._mux._by_address == {}
        assert house.hall._mux.ice._owners == {}
        for person in (anna, ben):
            house.seats.remove(person)
            person.close()
