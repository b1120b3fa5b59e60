"""`lines`: two browsers in a call over bad lines, beside the same without our means (controls)."""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from tests.bench import report
from tests.browser.clinic import DemoClinic
from tests.browser.coded import GP, PATIENT, Coded
from tests.browser.meeting import Browsers, Meeting
from tests.browser.person import Person
from tests.browser.recording import Recording, record
from tests.media.impairment.relay import INSIDE, Relay
from tests.media.impairment.symbols import write_voice
from tests.media.impairment.way import CLEAR, Conditions

SETTLE = 5.0  # seconds on a line before it is judged; a browser learns from its first losses
DAMPED = 3  # times the promise that a busy machine is allowed

Both = tuple[Recording, Recording]
"""What each of two people heard and saw of the other."""

NO_REPEATS = """(() => {
  const known = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
  RTCRtpReceiver.getCapabilities = (kind) => {
    const all = known(kind);
    return { ...all, codecs: all.codecs.filter(({ mimeType }) => mimeType !== "audio/red") };
  };
})();"""
"""A browser that knows no redundant audio."""
REFUSING = r"""(() => {
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return set.call(this, { type, sdp: sdp.replace(/^LINE\r\n/gm, "") });
  };
})();"""
NO_RETRANSMISSION = REFUSING.replace("LINE", r"a=rtcp-fb:\d+ nack")
"""A browser that neither asks for packets again nor sends them again."""
NO_ROUND_TRIP = REFUSING.replace("LINE", "a=rtcp-xr:.*")
"""A browser that is not told how long a repeat takes, where it only receives."""


@dataclass(frozen=True)
class Options:
    """For how long each line is judged, and from which seed it loses."""

    seconds: float
    seed: int


@dataclass(frozen=True)
class Line:
    """A line, and what was promised on it: most that may go wrong, where something was promised."""

    words: str
    conditions: Conditions
    misunderstood: float | None = None
    concealed: float | None = None
    frozen: float | None = None


CLEAR_LINE = Line("no fault", CLEAR)
TEN = Line("10 % loss each way", Conditions(0.1), misunderstood=0.01)
TWENTY = Line("20 % loss each way", Conditions(0.2), misunderstood=0.03)
FAR = Line("5 % loss and 50 ms each way", Conditions(0.05, delay=0.05), concealed=0.12, frozen=0.05)
BURSTS = Line("10 % loss in bursts of three", Conditions(0.1, burst=3.0))


def run(options: Options, told: report.Report) -> None:
    """Measure; the controls may break any promise, and are expected to."""
    told.say(f"Lines: two Chromium in a call, {options.seconds:.0f} s each, seed {options.seed}.")
    measured: dict[str, Any] = {}
    for name, without, lines in (
        ("as it is", "", (CLEAR_LINE, TEN, TWENTY, BURSTS, FAR)),
        ("control without redundant audio", NO_REPEATS, (_unpromised(TWENTY),)),
        ("control without retransmission", NO_RETRANSMISSION, (_unpromised(FAR),)),
        ("control without the round trip", NO_ROUND_TRIP, (_unpromised(FAR),)),
    ):
        found = asyncio.run(_measure(lines, without, options))
        calm = _worst(found[CLEAR_LINE]) if CLEAR_LINE in found else {}
        for line, both in found.items():
            for one in both:
                told.say(f"  {name}, {line.words}: {one}")
            measured[f"{name}, {line.words}"] = [_figures(one) for one in both]
            _judge(line, both, calm, told)
    told.results["lines"] = measured


def _unpromised(line: Line) -> Line:
    return replace(line, misunderstood=None, concealed=None, frozen=None)


def _judge(line: Line, both: Both, calm: dict[str, float], told: report.Report) -> None:
    """Compare with the promise; what a busy machine does to a perfect line comes on top."""
    promises = {
        "not understood": line.misunderstood,
        "concealed": line.concealed,
        "frozen": line.frozen,
    }
    for what, share in _worst(both).items():
        promised = promises[what]
        if promised is not None:
            kept = share <= DAMPED * promised + calm[what]
            without = f"{calm[what]:.1%} without a fault"
            told.promise(
                kept, f"{line.words}: {share:.1%} {what}, promised {promised:.0%} ({without})"
            )


def _worst(both: Both) -> dict[str, float]:
    return {
        "not understood": max(1 - one.understood.share for one in both),
        "concealed": max(one.concealed for one in both),
        "frozen": max(one.frozen for one in both),
    }


def _figures(one: Recording) -> dict[str, float]:
    return {
        "understood": round(one.understood.share, 4),
        "concealed": round(one.concealed, 4),
        "frozen": round(one.frozen, 4),
        "freezes": one.freezes,
        "frames": one.frames,
        "lost": round(one.lost, 4),
        "requests": one.requests,
    }


async def _measure(lines: tuple[Line, ...], without: str, options: Options) -> dict[Line, Both]:
    """Hold one call over all these lines, one after the other."""
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as name:
        folder = Path(name)
        served = DemoClinic(
            folder / "clinic", folder / "log.jsonl",
            ROUNDS_MEDIA_HOST=INSIDE, ROUNDS_MEDIA_ADDRESSES="127.0.0.1",
        )  # fmt: skip
        await served.start()
        try:
            async with (
                async_playwright() as playwright,
                Relay(served.port, seed=options.seed) as relay,
            ):
                browsers = Browsers(playwright, folder, _speak)
                meeting = Meeting(served, browsers, await served.fresh_visit())
                gp, patient = await _call(meeting, without)
                found = {}
                for line in lines:
                    relay.change(up=line.conditions, down=line.conditions)
                    await asyncio.sleep(SETTLE)
                    found[line] = await asyncio.gather(
                        record(gp, PATIENT, options.seconds), record(patient, GP, options.seconds)
                    )
                await meeting.close()
                await browsers.close()
        finally:
            await served.stop()
        return found


async def _call(meeting: Meeting, without: str) -> tuple[Person, Person]:
    gp, patient = await meeting.sits_down(GP), await meeting.sits_down(PATIENT)
    for person in (gp, patient):
        await person.context.add_init_script(without or "undefined")
    await gp.sign_in(meeting.url(GP))
    await gp.open_console(meeting.visit)
    await patient.wait_for_visit(meeting.url(PATIENT))
    await gp.admit(PATIENT)
    await meeting.all_receive(gp, patient)
    return gp, patient


def _speak(path: Path, _: Coded) -> Path:
    return write_voice(path)
