"""The bench in small: two visits through the real media process, against this machine's floor."""

import pytest

from tests.bench import media
from tests.bench.footing import Footing

VISITS = media.Shape(rooms=2, size=2)
SECONDS = 6.0
# Two visits make batches of one or two datagrams, so that a system call and a wake-up of the
# loop come with each packet; far from what a loaded process measures, near what a fault would.
TIMES_FLOOR_AT_MOST = 40
DELIVERED_AT_LEAST = 0.99


@pytest.mark.skipif("sys.platform != 'linux'", reason="processor time is read from /proc")
def test_two_visits_arrive_whole_at_a_cost_near_the_machines_floor() -> None:
    """Everything arrives decrypted and unchanged, encrypted with AES-GCM, at a bounded cost."""
    figures = media.measure(media.OURS, VISITS, SECONDS, Footing("127.0.0.1", "loopback"))
    assert figures["delivered"] >= DELIVERED_AT_LEAST
    assert figures["corrupt"] == 0
    assert figures["checked"] > 0
    assert figures["cipher"] == "SRTP_AEAD_AES_128_GCM"
    assert figures["times_floor"] <= TIMES_FLOOR_AT_MOST, figures
