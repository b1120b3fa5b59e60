"""What a monitor is told: the process, its engine and all connections, never one person or room."""

import asyncio
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from rounds.kernel.errors import Refusal
from rounds.media.engine import MediaEngine
from rounds.rooms.figures import Span
from rounds.rooms.reporting import Heard

LOSSES = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
ROUND_TRIPS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2)
PACES = (1, 5, 10, 15, 20, 25, 30, 60)
LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1)
BEAT_SECONDS = 0.5

RECEIVED = ("rtp", "rtcp", "stun", "dtls")
REFUSED = (
    "too_long",
    "stranger",
    "unknown_kind",
    "over_rate",
    "unauthentic",
    "malformed",
    "unnegotiated",
    "over_cap",
    "unexpected",
    "inbox_full",
    "stun_malformed",
    "stun_unknown",
    "stun_forged",
    "stun_over_rate",
    "address_taken",
    "lost_in_buffer",
    "tcp_refused",
    "tcp_slow",
)
REPAIRS = ("requested", "restored", "resent", "not_cached", "key_frames_asked", "filled")

Numbers = Mapping[str, Any]


class Metrics:
    """Counts by itself what nobody else does, and asks the others at each reading."""

    def __init__(
        self, engine: MediaEngine, more: Callable[[], Numbers], heard: Callable[[], Heard]
    ):
        """Ask `engine`; `more` tells joins and sockets, `heard` what browsers have counted."""
        self._engine = engine
        self._more = more
        self._heard = heard
        self._told: Numbers | None = None
        self._registry = CollectorRegistry(auto_describe=True)
        self._loss = Histogram(
            "rounds_connection_loss_ratio",
            "Share of packets lost between two looks, per person.",
            ["way"],
            buckets=LOSSES,
            registry=self._registry,
        )
        self._round_trip = Histogram(
            "rounds_connection_round_trip_seconds",
            "Time there and back between the engine and a browser, per person and look.",
            buckets=ROUND_TRIPS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "rounds_loop_lag_seconds",
            "How late the web process's loop was.",
            buckets=LAGS,
            registry=self._registry,
        )
        self._pace = Histogram(
            "rounds_client_frames_per_second",
            "Frames per second of the largest picture, per report of a browser.",
            buckets=PACES,
            registry=self._registry,
        )
        self._registry.register(self)

    def observe(self, spans: Sequence[Span], paces: Sequence[int] = ()) -> None:
        """Count what happened to every connection since the last look, and what was reported."""
        for pace in paces:
            self._pace.observe(pace)
        for span in spans:
            if span.up_packets:
                self._loss.labels("up").observe(span.up_loss)
            if span.down_packets:
                self._loss.labels("down").observe(span.down_loss)
            if span.round_trip is not None:
                self._round_trip.observe(span.round_trip)

    async def watch_loop(self) -> None:
        """Measure how late the loop is, until cancelled."""
        while True:
            due = time.monotonic() + BEAT_SECONDS
            await asyncio.sleep(BEAT_SECONDS)
            self._lag.observe(max(0.0, time.monotonic() - due))

    async def read(self) -> bytes:
        """Return everything in the text format."""
        try:
            self._told = await self._engine.statistics()
        except Refusal:
            self._told = None
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield what is asked at each reading, for the library."""
        more, heard, told = self._more(), self._heard(), self._told
        yield _gauge(
            "rounds_media_up", "Whether the media process answers.", float(told is not None)
        )
        yield _counter("rounds_joins", "Seats taken in the engine.", more["joins"])
        yield _counter("rounds_joins_refused", "Seats the engine refused.", more["joins_refused"])
        sockets = GaugeMetricFamily("rounds_sockets", "Open sockets.", labels=["namespace"])
        for name, count in more["sockets"].items():
            sockets.add_metric([name], count)
        yield sockets
        yield _counter("rounds_client_freezes", "Pictures that stood still.", heard.freezes)
        for name, milliseconds, words in (
            ("frozen", heard.frozen, "Time that pictures stood still."),
            ("watched", heard.watched, "Time that pictures were to be seen."),
            ("heard", heard.heard, "Sound that browsers played."),
            ("concealed", heard.concealed, "Sound that browsers made up for lost packets."),
        ):
            yield _counter(f"rounds_client_{name}_seconds", words, milliseconds / 1000)
        usage = resource.getrusage(resource.RUSAGE_SELF)
        cpu = CounterMetricFamily("rounds_cpu_seconds", "Processor time.", labels=["process"])
        cpu.add_metric(["web"], usage.ru_utime + usage.ru_stime)
        if told is not None:
            cpu.add_metric(["media"], told["cpu_seconds"])
            yield from _engine(told)
        yield cpu


def _engine(told: Numbers) -> Iterator[Metric]:
    compiled = all(one["native"] for one in told["processes"])
    yield _gauge("rounds_media_native", "Whether the compiled loop forwards.", float(compiled))
    yield _gauge("rounds_media_rooms", "Rooms in the engine.", told["rooms"])
    yield _gauge("rounds_media_seats", "Seats taken.", told["seats"])
    yield _gauge("rounds_media_connections", "Connections of browsers.", told["connections"])
    late = told["clock_late_milliseconds"] / 1000
    yield _gauge("rounds_media_loop_lag_seconds", "How late the engine's clock was lately.", late)
    yield _counter(
        "rounds_media_restarts", "Media processes started again.", max(0, told["starts"] - 1)
    )
    yield _counter("rounds_media_faults", "Packets at which our own code failed.", told["faults"])
    yield _counter("rounds_media_packets_sent", "Datagrams sent.", told["sent"])
    yield _counter(
        "rounds_media_send_failures", "Datagrams the system did not take.", told["refused"]
    )
    yield _by_kind("rounds_media_packets_received", "Datagrams taken.", "kind", RECEIVED, told)
    yield _by_kind("rounds_media_packets_refused", "Datagrams dropped.", "cause", REFUSED, told)
    yield _by_kind("rounds_media_repairs", "What was done about loss.", "kind", REPAIRS, told)


def _by_kind(
    name: str, words: str, label: str, kinds: Sequence[str], told: Numbers
) -> CounterMetricFamily:
    family = CounterMetricFamily(name, words, labels=[label])
    for kind in kinds:
        family.add_metric([kind], told[kind])
    return family


def _counter(name: str, words: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, words, value=value)


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)
