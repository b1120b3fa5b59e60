"""The cache returns the packet of exactly that number, or nothing."""

from hypothesis import given
from hypothesis import strategies as st

from rounds.media.sfu.packet_cache import SIZE, PacketCache


@given(st.lists(st.integers(0, 4 * SIZE), max_size=200))
def test_newest_of_each_place_is_kept(indices: list[int]) -> None:
    cache = PacketCache()
    places: dict[int, int] = {}
    for index in indices:
        cache.put(index, str(index).encode())
        places[index % SIZE] = index
    for index in range(4 * SIZE + 1):
        expected = str(index).encode() if places.get(index % SIZE) == index else None
        assert cache.get(index) == expected
