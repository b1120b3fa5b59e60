"""Who hears and reads whom follows from who is inside and for what, and from nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.actor import Role
from rounds.media.engine import Kind
from rounds.rooms.audience import audience, reads
from rounds.rooms.model import Channel, Seat, Standing

SEATS = st.lists(st.sampled_from("abcdef"), unique=True)


@given(SEATS, st.none() | st.sampled_from("abcdef"))
def test_everyone_inside_has_everyone_else_inside(inside: list[str], sharing: str | None) -> None:
    matrix = audience(inside, sharing)
    for one in "abcdef":
        for other in "abcdef":
            kinds = matrix.get(one, {}).get(other, frozenset())
            together = one in inside and other in inside and one != other
            due = frozenset(Kind) if one == sharing else frozenset(Kind) - {Kind.SCREEN}
            assert kinds == (due if together else frozenset())


@given(SEATS, st.randoms())
def test_the_order_of_coming_does_not_matter(inside: list[str], random: object) -> None:
    assert audience(inside) == audience(sorted(inside)) == audience(reversed(inside))


@given(st.sampled_from(Role), st.sampled_from(Standing), st.booleans())
def test_a_line_reaches_exactly_those_inside_it_is_for(
    role: Role, standing: Standing, may_admit: bool
) -> None:
    seat = Seat(role=role, standing=standing, may_admit=may_admit)
    outside_the_team = {Role.PATIENT, Role.RELATIVE, Role.INTERPRETER}
    inside = standing == Standing.ADMITTED
    assert (Channel.EVERYONE in reads(seat)) == inside
    assert (Channel.TEAM in reads(seat)) == (inside and role not in outside_the_team)
