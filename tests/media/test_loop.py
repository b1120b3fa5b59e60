"""The compiled loop does what Python does, packet by packet; where it cannot run, Python does."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.kernel.tasks import Tasks
from rounds.media.sfu import layer, losses, twcc
from rounds.media.sfu.loop import build
from rounds.media.sfu.loop.choice import usable, works
from rounds.media.sfu.loop.library import Library, LoopUnusableError
from rounds.media.sfu.loop.mux import LoopMux
from rounds.media.sfu.loop.opening import open_port
from rounds.media.sfu.loop.sender import LoopArrivals
from rounds.media.sfu.settings import SfuSettings
from rounds.media.sfu.udp import UdpMux
from tests.media.twins import LARGE, PLAIN, REPAIR, SMALL, VOICE, Opener, Source, Twin, Twins

Act = tuple[str, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["plain"] * 6 + ["small", "large"] * 4 + ["red"] * 5 + ["opus"] * 2
            + ["key", "gap", "late", "again", "repeat", "damage", "mutate", "noise", "choose",
               "sleep", "wake", "turn", "turn", "foreign", "burst"]
        ),
        st.integers(0, 5),
    ),
    min_size=20,
    max_size=150,
)  # fmt: skip


class Play:
    """What a sender does, well or badly, and what is done to its copies."""

    def __init__(self, twins: Twins, dice: random.Random) -> None:
        self.twins, self.dice = twins, dice
        self.voice, self.plain = Source(dice, VOICE), Source(dice, PLAIN)
        self.small = Source(dice, SMALL, "q")
        self.large = Source(dice, LARGE, "f", self.small)
        self.repair = Source(dice, REPAIR)
        self.waiting: list[bytes] = []
        self.sealed: list[bytes] = []
        self.openers = (Opener(), Opener())

    def do(self, act: str, number: int) -> None:
        """Do one thing to both."""
        dice = self.dice
        if act in ("plain", "small", "large", "key"):
            source = getattr(self, dice.choice(("small", "large")) if act == "key" else act)
            self.send(source.packet(source.frame(key=act == "key"), 96))
        elif act == "red":
            self.send(self.voice.packet(self.voice.red(), 63))
        elif act == "opus":
            self.send(self.voice.packet(b"\x78" + dice.randbytes(dice.randrange(90)), 111))
        elif act == "gap":
            source = dice.choice((self.voice, self.plain, self.small, self.large))
            source.sequence = (source.sequence + 1 + number) & 0xFFFF
        elif act == "late":
            back = (self.plain.sequence - 2 - number) & 0xFFFF
            self.send(self.plain.packet(self.plain.frame(key=False), 96, back))
        elif act == "again" and self.sealed:
            self.waiting.append(dice.choice(self.sealed))
        elif act == "repeat":
            original = (self.plain.sequence - 1 - number) & 0xFFFF
            self.send(self.repair.packet(original.to_bytes(2, "big") + b"\x90\x80\x81\x11", 97))
        elif act in ("damage", "mutate"):
            self.spoil(act)
        elif act == "noise":
            self.waiting.append(dice.randbytes(dice.choice((1, 2, 11, 12, 40, 1500, 2048, 2049))))
        elif act == "foreign":
            self.send(Source(dice, 99).packet(b"not offered", 96))
        elif act == "burst":
            for _ in range(70):
                self.send(self.plain.packet(self.plain.frame(key=False), 96))
        elif act == "turn":
            self.turn()
        else:
            self.arrange(act, number)

    def begin(self) -> None:
        """Let everything pass to everyone, from the first key frames on."""

        def wake(twin: Twin) -> None:
            for copy in twin.copies:
                copy.wake()

        self.compare(self.twins.each(wake))
        for source in (self.small, self.large, self.plain):
            self.send(source.packet(source.frame(key=True), 96))
        self.turn()
        # So that a change between the sizes goes by the sender's clock, not by ours.
        told = self.small.report() + self.large.report()
        self.compare(self.twins.each(lambda twin: twin.publisher.receive_rtcp(told)))

    def arrange(self, act: str, number: int) -> None:
        """Let a copy sleep, wake or change over, once everything before has passed."""
        self.turn()

        def change(twin: Twin) -> None:
            copy = twin.copies[number]
            if act == "sleep":
                copy.sleep()
            elif act == "wake":
                copy.wake()
            elif copy.awake:
                copy.choose(number % len(copy.source.layers))

        self.compare(self.twins.each(change))

    def spoil(self, act: str) -> None:
        """Change bits of a packet before it is encrypted (`mutate`) or after that."""
        source = self.dice.choice((self.voice, self.plain, self.small))
        clear = source.red() if source is self.voice else source.frame(key=False)
        packet = bytearray(source.packet(clear, 63 if source is self.voice else 96))
        if act == "damage":
            packet = bytearray(self.twins.seal(bytes(packet)))
        for _ in range(self.dice.randrange(1, 4)):
            packet[self.dice.randrange(min(len(packet), 40))] = self.dice.randrange(256)
        if self.dice.random() < 0.2:
            del packet[self.dice.randrange(12, len(packet)) :]
        self.waiting.append(bytes(packet) if act == "damage" else self.twins.seal(bytes(packet)))

    def send(self, clear: bytes) -> None:
        """Send one packet with the next turn."""
        sealed = self.twins.seal(clear)
        self.sealed.append(sealed)
        self.waiting.append(sealed)

    def turn(self) -> None:
        """Let both forward what waits."""
        waiting, self.waiting = self.waiting, []
        self.compare(self.twins.turn(waiting))

    def compare(self, came: list[list[bytes]]) -> None:
        """Nothing may tell apart what both sent, and what they have counted."""
        python, loop = (
            [opener.clear(one) for one in sent]
            for opener, sent in zip(self.openers, came, strict=True)
        )
        assert python == loop
        before, after = (twin.numbers() for twin in self.twins.both)
        before["sent"] = after["sent"] = len(python) == len(loop)
        assert before == after


pytestmark = pytest.mark.usefixtures("compiled")


@settings(max_examples=25)
@given(acts=ACTS, seed=st.integers(0, 1 << 32))
async def test_nothing_tells_the_loops_apart(acts: list[Act], seed: int) -> None:
    twins = Twins(Tasks())
    play = Play(twins, random.Random(seed))
    once = pytest.MonkeyPatch()  # what is asked for again is a matter of the clock
    once.setattr(losses, "RETRY", 10**15)
    once.setattr(layer, "KEY_FRAME_INTERVAL", 10**15)
    try:
        play.begin()
        for act, number in acts:
            play.do(act, number)
        play.turn()
        assert twins.both[0].mux.counters.faults == 0
        opener = play.openers[1]
        assert opener.refused * 2 <= opener.opened
    finally:
        once.undo()
        twins.close()


async def test_the_common_packets_do_not_pass_through_python() -> None:
    twins = Twins(Tasks())
    play = Play(twins, random.Random(1))
    taken: list[int] = []
    loop = twins.both[1]
    take = loop.mux._take
    loop.mux._take = lambda slot: (taken.append(slot), take(slot))[1]  # type: ignore[method-assign, func-returns-value]
    try:
        play.begin()
        play.send(play.voice.packet(b"\x78\x01", 111))
        play.turn()
        assert len(taken) == 4  # the first of each stream
        for _ in range(20):
            play.do("plain", 0)
            play.do("large", 0)
            play.send(play.voice.packet(b"\xef\x0f\x00\x02\x6f\x01\x02\x03", 63))
            play.turn()
        assert len(taken) == 4
    finally:
        twins.close()


@given(
    steps=st.lists(
        st.tuples(st.one_of(st.integers(-40, 40), st.integers(0, 0xFFFF)), st.integers(0, 900_000)),
        min_size=1,
        max_size=300,
    ),
    start=st.integers(0, 0xFFFF),
)
def test_both_write_the_same_report_of_arrivals(steps: list[tuple[int, int]], start: int) -> None:
    sender = usable().new("sender")
    logs = twcc.ArrivalLog(), LoopArrivals(sender)
    number, now = start, 10**9
    for turn in range(2):
        for ahead, pause in steps:
            number, now = (number + ahead) & 0xFFFF, now + pause
            for log in logs:
                log.note((number, now))
        assert len({log.count for log in logs}) == len({log.due(now) for log in logs}) == 1
        python, loop = (log.write(5, 6, now) for log in logs)
        assert python == loop
        assert [log.reports for log in logs] == [turn + 1] * 2


def test_arrivals_are_bounded() -> None:
    sender = usable().new("sender")
    logs = twcc.ArrivalLog(), LoopArrivals(sender)
    for log in logs:
        for number in range(2 * twcc.MOST_LOGGED):
            log.note((number & 0xFFFF, number))
        assert log.count == twcc.MOST_LOGGED
        assert len(log.write(1, 2, 0)) in (0, 2048)
        assert log.count == 0


def test_a_library_of_other_sources_is_not_used(tmp_path: Path) -> None:
    assert build.build(tmp_path / "old.so", ("-UREVISION", "-DREVISION=1u")) == ""
    with pytest.raises(LoopUnusableError, match="other sources"):
        Library(tmp_path / "old.so")
    (tmp_path / "none.so").write_bytes(b"no library")
    with pytest.raises(LoopUnusableError, match="not compiled"):
        Library(tmp_path / "none.so")


def test_the_self_test_refuses_what_does_not_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert works(usable())
    for path in (*build.sources(), *build.HERE.glob("*.h")):
        shutil.copy(path, tmp_path)
    forward = tmp_path / "forward.c"
    wrong = forward.read_text().replace("lane->ssrc", "lane->ssrc + 1")
    assert wrong != forward.read_text()
    forward.write_text(wrong)
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.build(tmp_path / "loop.so") == ""
    assert not works(Library(tmp_path / "loop.so"))


def test_without_a_compiler_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "compiler" in build.build(tmp_path / "loop.so")
    (tmp_path / "cc").write_text("#!/bin/sh\necho cannot; exit 1")
    (tmp_path / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert build.build(tmp_path / "loop.so") == "cannot"
    assert not (tmp_path / "loop.so").exists()


async def test_python_forwards_where_the_compiled_loop_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = []

    def kind_of(loop: str) -> type[UdpMux]:
        port, _ = open_port(SfuSettings(port=0, host="127.0.0.1", loop=loop), Tasks())
        ports.append(port)
        return type(port)

    assert kind_of("auto") is kind_of("native") is LoopMux
    assert kind_of("python") is UdpMux
    monkeypatch.setattr(build, "LIBRARY", tmp_path / "loop.so")
    usable.cache_clear()
    try:
        assert kind_of("auto") is UdpMux
        with pytest.raises(LoopUnusableError):
            kind_of("native")
    finally:
        usable.cache_clear()
        for port in ports:
            port._socket.close()
