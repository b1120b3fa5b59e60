"""Control messages survive the socket in any portions; anything else is refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.kernel.errors import Conflict, NotFound, Unavailable
from rounds.media.engine import (
    Connected,
    Held,
    HeldTrack,
    Kind,
    Lost,
    Offered,
    OfferedTrack,
    Restarted,
    Sight,
    Wanted,
)
from rounds.media.sfu.control import (
    LARGEST,
    Begin,
    Call,
    Failure,
    Frames,
    Message,
    Ready,
    Reply,
    audience_from_json,
    audience_to_json,
    decode,
    encode,
    refusal_of,
    sights_from_json,
)
from rounds.media.sfu.settings import SfuSettings

MESSAGES: list[Message] = [
    Begin(SfuSettings(4000, "::", ("192.0.2.1",), loopback=True)),
    Ready(8080),
    Call(1, "join", {"room": "r", "seat": "s"}),
    Reply(1, {"a": [1, None]}),
    Failure(2, "not_found", "Gone?"),
    Offered("r", "s", 1, 2, "v=0", (OfferedTrack("0", "t", Kind.SCREEN),)),
    Held("r", "s", 1, (HeldTrack("t", Kind.VIDEO, "line"),)),
    Held("r", "s", 1, ()),
    Wanted("r", "s", 1, Kind.VIDEO, (False, True)),
    Connected("r", "s", 1, "up"),
    Lost("r", "s", 1, "timeout"),
    Restarted(),
]


@given(order=st.lists(st.sampled_from(MESSAGES), max_size=8), size=st.integers(1, 40))
def test_messages_survive_any_portions(order: list[Message], size: int) -> None:
    stream = b"".join(map(encode, order))
    frames, read = Frames(), []
    for at in range(0, len(stream), size):
        read += [decode(body) for body in frames.feed(stream[at : at + size])]
    assert read == order


def test_frames_are_bounded() -> None:
    with pytest.raises(ValueError, match="long"):
        list(Frames().feed(struct.pack("!I", LARGEST + 1)))
    with pytest.raises(ValueError, match="long"):
        encode(Reply(1, "x" * LARGEST))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"is":"other"}',
        b'{"is":"call"}',
        b"\xff",
        b'{"is":"wanted","kind":"x"}',
        b'{"is":"held","tracks":[{}]}',
        b'{"is":"begin","settings":{}}',
    ],
)
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - several parsers, one class
        decode(body)


@given(
    st.dictionaries(
        st.text("ab", max_size=5),
        st.dictionaries(st.text("ab", max_size=5), st.frozensets(st.sampled_from(Kind))),
    )
)
def test_matrix_survives(audience: dict[str, dict[str, frozenset[Kind]]]) -> None:
    assert audience_from_json(audience_to_json(audience)) == audience


def test_sights_survive() -> None:
    rows = [{"seat": "s", "kind": "video", "height": 180}]
    assert sights_from_json(rows) == [Sight("s", Kind.VIDEO, 180)]
    with pytest.raises(ValueError, match="smell"):
        sights_from_json([{"seat": "s", "kind": "smell", "height": 1}])


def test_refusals_come_back_as_themselves() -> None:
    assert isinstance(refusal_of(Failure(1, "not_found", "x")), NotFound)
    assert isinstance(refusal_of(Failure(1, "conflict", "x")), Conflict)
    assert isinstance(refusal_of(Failure(1, "?", "x")), Unavailable)
    assert refusal_of(Failure(1, "invalid", "A sentence.")).message == "A sentence."
