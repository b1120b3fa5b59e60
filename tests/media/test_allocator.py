"""A narrow line is shared fairly: everyone small before anyone large, never more than it has."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.allocator import LEAST_PICTURE, ROOM_TO_RISE, Wish, allocate

RATES = st.lists(st.integers(20_000, 2_000_000), min_size=1, max_size=3).map(sorted)


@st.composite
def wishes(draw: st.DrawFn) -> list[Wish]:
    """Return up to twelve wishes; only one of them may follow a cap."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        rates = draw(RATES)
        most = draw(st.integers(-1, len(rates) - 1))
        now = draw(st.integers(-1, len(rates) - 1))
        follows = number == 0 and most >= 0 and draw(st.booleans())
        found.append(Wish(rates, most, now, follows))
    return found


@given(budget=st.integers(0, 10_000_000), wanted=wishes())
def test_never_more_than_the_line_has_and_never_more_than_is_wanted(
    budget: int, wanted: list[Wish]
) -> None:
    grants = allocate(budget, wanted)
    takes = 0
    for grant, wish in zip(grants, wanted, strict=True):
        assert -1 <= grant.layer <= wish.most
        if grant.layer >= 0:
            takes += grant.cap if wish.follows else wish.rates[grant.layer]
        assert (grant.cap > 0) == wish.follows
    assert takes <= budget


@given(budget=st.integers(0, 10_000_000), wanted=wishes())
def test_who_rests_would_not_have_fitted_behind_those_before(
    budget: int, wanted: list[Wish]
) -> None:
    plain = [wish for wish in wanted if not wish.follows]
    grants, left = allocate(budget, plain), budget
    for wish, grant in zip(plain, grants, strict=True):
        if grant.layer >= 0:
            left -= wish.rates[0]
        elif wish.most >= 0:
            assert wish.rates[0] * (1 if wish.now >= 0 else ROOM_TO_RISE) > left


@given(wanted=wishes())
def test_without_a_limit_everyone_has_what_they_want(wanted: list[Wish]) -> None:
    assert [grant.layer for grant in allocate(None, wanted)] == [wish.most for wish in wanted]


def picture(now: int = 1, most: int = 1) -> Wish:
    """Two usual sizes."""
    return Wish((150_000, 1_200_000), most, now, follows=False)


def test_everyone_is_small_before_the_first_is_large() -> None:
    layers = [grant.layer for grant in allocate(1_600_000, [picture(), picture(), picture()])]
    assert layers == [1, 0, 0]
    layers = [grant.layer for grant in allocate(1_400_000, [picture(), picture(), picture()])]
    assert layers == [0, 0, 0]


def test_the_last_is_the_first_to_rest() -> None:
    layers = [grant.layer for grant in allocate(310_000, [picture(), picture(), picture()])]
    assert layers == [0, 0, -1]


def test_who_rests_or_is_small_needs_some_room_to_rise() -> None:
    assert allocate(155_000, [picture(now=-1)])[0].layer == -1
    assert allocate(155_000, [picture(now=0)])[0].layer == 0
    assert allocate(1_210_000, [picture(now=0)])[0].layer == 0
    assert allocate(1_210_000, [picture(now=1)])[0].layer == 1


def test_a_sender_that_follows_gets_what_is_left_or_nothing() -> None:
    alone = Wish((150_000, 500_000), 1, 1, follows=True)
    (grant,) = allocate(400_000, [alone])
    assert (grant.layer, grant.cap) == (1, 400_000)
    (grant,) = allocate(LEAST_PICTURE - 1, [alone])
    # It comes back as small as it can, not as large as it went.
    assert (grant.layer, grant.cap) == (-1, LEAST_PICTURE)


def test_a_sender_that_has_not_heard_of_its_cap_rests_until_it_has() -> None:
    flood = Wish((150_000, 1_200_000), 1, 1, follows=True, comes=1_200_000)
    assert allocate(500_000, [flood])[0].layer == -1
    assert allocate(700_000, [flood])[0].layer == 1
    rests = Wish((150_000, 1_200_000), 1, -1, follows=True, comes=1_200_000)
    assert allocate(500_000, [rests])[0].layer == 1
    dark = Wish((150_000, 1_200_000), 1, 1, follows=True)
    assert allocate(500_000, [dark])[0].layer == 1
