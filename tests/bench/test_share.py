"""The sampler counts what had the processor, and shares are told of what was not waiting."""

import json
import os
import signal
import time
from pathlib import Path

from tests.bench import share
from tests.bench.sampled_worker import Sampler

SECONDS = 1.5
"""Of work, so that about seven hundred samples come."""


def _work(until: float) -> None:
    while time.process_time() < until:
        sum(range(50))


def _mostly() -> None:
    _work(time.process_time() + 0.075)


def _seldom() -> None:
    _work(time.process_time() + 0.025)


def test_samples_tell_where_time_went(tmp_path: Path) -> None:
    sampler = Sampler(tmp_path / "samples")
    before = [
        signal.signal(number, handler)
        for number, handler in ((signal.SIGALRM, sampler.take), (signal.SIGUSR2, sampler.turn))
    ]
    try:
        os.kill(os.getpid(), signal.SIGUSR2)
        end = time.process_time() + SECONDS
        while time.process_time() < end:
            _mostly()
            _seldom()
        os.kill(os.getpid(), signal.SIGUSR2)
    finally:
        signal.signal(signal.SIGALRM, before[0])
        signal.signal(signal.SIGUSR2, before[1])
    stacks: dict[str, int] = json.loads((tmp_path / "samples").read_text())
    mostly, seldom = (
        sum(count for stack, count in stacks.items() if f"test_share:{name}" in stack.split(";"))
        for name in ("_mostly", "_seldom")
    )
    assert mostly + seldom > 200
    assert 0.65 < mostly / (mostly + seldom) < 0.85


def test_a_part_has_what_it_causes_and_waiting_is_none() -> None:
    told = share.shares(
        {
            "selectors:EpollSelector.select;base_events:BaseEventLoop._run_once": 50,
            "sampled_worker:Sampler._wait;layer:Layer.take": 9,
            "native:BatchedSocket.send;outgoing:Outgoing.flush;hall:Hall._tick": 2,
            "twcc:report;publisher:Publisher._report_arrivals;publisher:Publisher.tick;"
            "hall:Hall._tick": 6,
            "layer:Layer.tick;publisher:Publisher.tick;hall:Hall._tick": 3,
            "native:BatchedSocket.send;outgoing:Outgoing.flush;udp:UdpMux._readable": 40,
            "layer:Layer._spread;layer:Layer.take;publisher:Publisher.receive_rtp;"
            "udp:UdpMux._readable": 47,
            "json:loads": 2,
        }
    )
    assert told["samples"] == 100
    assert told["feedback"] == 0.09
    assert told["shares"]["clock: the rest of its rings"] == 0.02
    assert told["shares"]["sending"] == 0.4
    assert told["shares"]["forwarding"] == 0.47
    assert told["shares"][share.OTHER] == 0.02
