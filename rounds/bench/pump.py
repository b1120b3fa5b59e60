"""The real-time loop of a run: sends what is due, receives, reports; one thread, no event loop."""

import contextlib
import heapq
import random
import select
import time
from collections.abc import Callable

from rounds.bench.plan import REPORT, Sending, Stamps
from rounds.bench.receiver import (
    AUDIO_REPORT_EVERY,
    VIDEO_REPORT_EVERY,
    FeedbackReader,
    Receiver,
    Tally,
)

BATCH = 64  # datagrams sent or received before the other side of the loop gets its turn
LONGEST_WAIT = 0.005  # seconds
LATE = 0.02  # seconds behind the plan: the generator itself is too slow
KEEP_ALIVE_EVERY = 2.5  # seconds between consent checks of a connection (RFC 7675: about 5)


class Pump:
    """Plays a plan against a target."""

    def __init__(
        self,
        plan: list[Sending],
        stamps: Stamps,
        receivers: list[Receiver],
        readers: list[FeedbackReader],
        tally: Tally,
    ) -> None:
        """Prepare; `plan` must be in order of time."""
        self._plan, self._stamps, self.tally = plan, stamps, tally
        takers: list[Receiver | FeedbackReader] = [*receivers, *readers]
        self._by_socket = {taker.peer.socket.fileno(): taker for taker in takers}
        self._epoll = select.epoll()
        for number in self._by_socket:
            self._epoll.register(number, select.EPOLLIN)
        self._next = 0
        self.sent = self.late = 0
        self._ended = False
        self._buffer = bytearray(2048)
        self._view = memoryview(self._buffer)
        self._chores: list[tuple[float, int, float, Callable[[], None]]] = []
        for receiver in receivers:
            self._repeat(VIDEO_REPORT_EVERY, lambda r=receiver: r.report(True))  # type: ignore[misc]
            self._repeat(AUDIO_REPORT_EVERY, lambda r=receiver: r.report(False))  # type: ignore[misc]
        for taker in self._by_socket.values():
            self._repeat(KEEP_ALIVE_EVERY, taker.peer.check)

    def _repeat(self, every: float, chore: Callable[[], None]) -> None:
        first = random.Random(len(self._chores)).uniform(0.2, 0.2 + every)
        heapq.heappush(self._chores, (first, len(self._chores), every, chore))

    def end_with(self, ended: Callable[[], bool]) -> None:
        """Stop before the plan's end when `ended` says so; it is asked four times a second."""

        def ask() -> None:
            self._ended = ended()

        self._repeat(0.25, ask)

    def run(self, seconds: float, marks: list[tuple[float, Callable[[], None]]]) -> None:
        """Play for `seconds`; each mark is called once its time, or the end, has come."""
        start = time.perf_counter()
        waiting = sorted(marks, key=lambda mark: mark[0])
        while True:
            now = time.perf_counter() - start
            ended = self._ended or now > seconds
            while waiting and (ended or waiting[0][0] <= now):
                waiting.pop(0)[1]()
            if ended:
                self._epoll.close()
                return
            while self._chores[0][0] <= now:
                due, order, every, chore = self._chores[0]
                heapq.heapreplace(self._chores, (due + every, order, every, chore))
                chore()
            wait = self._send(now)
            for number, _ in self._epoll.poll(wait, BATCH):
                self._receive(self._by_socket[number])

    def _send(self, now: float) -> float:
        """Send what is due, at most a batch; returns how long the loop may wait."""
        plan = self._plan
        for _ in range(BATCH):
            if self._next == len(plan):
                return LONGEST_WAIT
            due, peer, datagram, stamp = plan[self._next]
            if due > now:
                return min(LONGEST_WAIT, due - now)
            if stamp >= 0:
                self._stamps.sent[stamp] = time.perf_counter()
            if now - due > LATE:
                self.late += 1
            with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                peer.socket.send(datagram)
                self.sent += stamp != REPORT
            self._next += 1
        return 0.0

    def _receive(self, taker: Receiver | FeedbackReader) -> None:
        receive, buffer = taker.peer.socket.recv_into, self._buffer
        for _ in range(BATCH):
            try:
                size = receive(buffer)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if size < 12 or not 128 <= buffer[0] < 192:
                if size:
                    taker.peer.take(bytes(self._view[:size]))
            elif 192 <= buffer[1] <= 223:  # RTCP on the same transport (RFC 5761)
                taker.rtcp(bytes(self._view[:size]))
            else:
                taker.rtp(self._view[:size])
