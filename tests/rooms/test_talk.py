"""Whatever was written by whomever, everybody is shown exactly the lines that are for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.actor import Role
from rounds.rooms.model import Channel, ChatMessage, Room, Seat, Standing
from rounds.rooms.picture import Picture
from rounds.rooms.talk import chat_told, lines

NOW = datetime(2026, 5, 12, 14, tzinfo=UTC)
OUTSIDE_THE_TEAM = {Role.PATIENT, Role.RELATIVE, Role.INTERPRETER}
ANYBODY = st.tuples(st.sampled_from(Role), st.sampled_from(Standing), st.booleans())
A_LINE = st.tuples(st.integers(0, 7), st.sampled_from(Channel))


def pictured(people: list[Any], said: list[Any], is_over: bool) -> Picture:
    seats = [
        Seat(id=f"seat-{n}", role=role, standing=standing, may_admit=may_admit)
        for n, (role, standing, may_admit) in enumerate(people)
    ]
    messages = [
        ChatMessage(id=f"{n}", key="same", seat_id=seats[at % len(seats)].id, channel=channel,
                    text=f"{channel}-{n}", at=NOW + timedelta(seconds=n))
        for n, (at, channel) in enumerate(said)
    ]  # fmt: skip
    room = Room(id="room", closed_at=NOW if is_over else None)
    return Picture(room, NOW, seats, {}, {}, {}, messages, {}, {})


@given(st.lists(ANYBODY, min_size=1, max_size=8), st.lists(A_LINE, max_size=12), st.booleans())
def test_everybody_is_shown_exactly_the_lines_for_them(
    people: list[Any], said: list[Any], is_over: bool
) -> None:
    picture = pictured(people, said, is_over)
    for seat in picture.seats:
        told = lines(picture, seat, lambda one: {"name": one.id, "role": str(one.role)})
        inside = seat.standing == Standing.ADMITTED
        of_team = inside and seat.role not in OUTSIDE_THE_TEAM
        due = [
            message.text
            for message in picture.messages
            if inside and (message.channel == Channel.EVERYONE or of_team)
        ]
        assert [one["text"] for one in told] == due
        assert [one["mine"] for one in told] == [one["seat"] == seat.id for one in told]
        channels = ["everyone"] * inside + ["team"] * of_team
        assert chat_told(picture, seat)["channels"] == channels


@given(st.lists(ANYBODY, min_size=1, max_size=4), st.lists(A_LINE, max_size=12), st.booleans())
def test_what_the_team_wrote_changes_nothing_for_the_others(
    people: list[Any], said: list[Any], is_over: bool
) -> None:
    whole = pictured(people, said, is_over)
    without = [one for one in whole.messages if one.channel == Channel.EVERYONE]
    for seat in whole.seats:
        if seat.role in OUTSIDE_THE_TEAM:
            plain = Picture(whole.room, NOW, whole.seats, {}, {}, {}, without, {}, {})

            def named(one: Seat) -> dict[str, Any]:
                return {"name": one.id, "role": str(one.role)}

            assert lines(whole, seat, named) == lines(plain, seat, named)
            assert chat_told(whole, seat) == chat_told(plain, seat)
