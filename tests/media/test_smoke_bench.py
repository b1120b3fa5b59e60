"""The bench in small: two visits and a crowd through the real media process, against a floor."""

import pytest

from tests.bench import crowd, media
from tests.bench.footing import Footing

VISITS = media.Shape(rooms=2, size=2)
ONCE = media.Options(
    rooms=0,
    size=0,
    visits=2,
    seconds=6.0,
    repeats=1,
    janus=False,
    janus_default=False,
    loop="auto",
)
# Two visits make batches of one or two datagrams, so that a system call and a wake-up of the
# loop come with each packet; far from what a loaded process measures, near what a fault would.
TIMES_FLOOR_AT_MOST = 40
DELIVERED_AT_LEAST = 0.99
CROWD, CROWD_SECONDS = 5, 2.0
CHANGE_WITHIN = 3 * crowd.CHANGE_WITHIN
"""Three times the promise, in seconds."""


@pytest.mark.skipif("sys.platform != 'linux'", reason="processor time is read from /proc")
def test_two_visits_arrive_whole_at_a_cost_near_the_machines_floor() -> None:
    """Everything arrives decrypted and unchanged, encrypted with AES-GCM, at a bounded cost."""
    figures = media.measure(media.OURS, VISITS, ONCE, Footing("127.0.0.1", "loopback"))
    assert figures["delivered"] >= DELIVERED_AT_LEAST
    assert figures["corrupt"] == 0
    assert figures["checked"] > 0
    assert figures["cipher"] == "SRTP_AEAD_AES_128_GCM"
    assert figures["times_floor"] <= TIMES_FLOOR_AT_MOST, figures


@pytest.mark.skipif("sys.platform != 'linux'", reason="processor time is read from /proc")
def test_a_crowd_sees_whoever_speaks_large_and_all_others_small() -> None:
    """Nobody sends a size that nobody looks at, and the large picture moves within seconds."""
    ground = Footing("127.0.0.1", "loopback")
    figures = crowd.measure(crowd.Options(CROWD, CROWD_SECONDS), ground, print)
    assert figures["strange"] == figures["corrupt"] == 0
    assert figures["thumbnail_bits"] <= crowd.THUMBNAIL_AT_MOST
    quiet, loud = figures[crowd.PROMISED], figures[crowd.LOUD]
    assert 0 < quiet["in_per_s"] < loud["in_per_s"]
    for each in (quiet, loud):
        assert each["times_floor"] <= TIMES_FLOOR_AT_MOST, each
    change = figures["change"]
    assert change["key_frames_of_speaker"] <= 1
    assert change["slowest_s"] <= CHANGE_WITHIN
