"""`share`: what of the media process's processor time goes where, feedback and timers above all."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

from rounds.bench import embedded
from rounds.bench.content import content
from rounds.bench.generator import END_SLACK, WARM_UP, Load
from tests.bench import report
from tests.bench.footing import Footing
from tests.bench.sampled_worker import SAMPLES

WORKER = "tests.bench.sampled_worker"
FEEDBACK_AT_MOST = 0.08
"""Of the processor time: the promise."""
WITHIN = 120.0  # seconds, connecting included
WRITTEN_WITHIN = 5.0  # seconds
TRIES, WAITED_AT_MOST = 3, 0.03
"""Of a run in which the process was found busy more often than the kernel counted it to be."""
IDLE, OWN = "selectors:", "sampled_worker:"
"""What a stack begins with while the process waits, and while the sampler itself works."""
PARTS = (
    # The outermost function that has a part decides, so that what a clock's ring or a report
    # causes is counted there: what it encrypts and what it sends.
    ("feedback: noting arrivals", ("twcc:ArrivalLog.note",)),
    ("feedback: arrivals told", ("publisher:Publisher._report_arrivals",)),
    ("feedback: reports taken", ("publisher:Publisher.receive_rtcp",
                                 "subscriber:Subscriber.receive_rtcp")),
    ("feedback: packets asked again", ("layer:Layer.ask_again",)),
    ("feedback: what is due", ("publisher:Publisher.tick",)),
    ("feedback: reports each second", ("publisher:Publisher.tick_second",)),
    ("clock: who speaks, what lines carry", ("room:Room.tick",)),
    ("clock: receivers each second", ("subscriber:Subscriber.tick_second",)),
    ("clock: the rest of its rings", ("hall:Hall._tick",)),
    ("sending", ("outgoing:Outgoing.flush",)),
    ("receiving", ("native:BatchedSocket.receive",)),
    ("forwarding", ("layer:Layer.take", "voice_layer:VoiceLayer.take",
                    "voice_layer:VoiceLayer.take_red")),
    ("reading packets", ("publisher:Publisher.receive_rtp",)),
    ("telling datagrams apart, decrypting", ("udp:UdpMux._readable",)),
)  # fmt: skip
"""Parts and the functions that belong to each; the first that stands anywhere in a stack."""
OTHER = "the rest"


@dataclass(frozen=True)
class Options:
    """The load, and how often."""

    rooms: int
    size: int
    seconds: float
    repeats: int


def run(options: Options, footing: Footing, told: report.Report) -> None:
    """Sample runs of the load; tell the parts' median shares."""
    told.say(
        f"Shares of processor time: {options.rooms} rooms of {options.size}, "
        f"{options.repeats} runs of {options.seconds:.0f} s."
    )
    runs = [_fair(options, footing, told) for _ in range(options.repeats)]
    middle = report.medians([one["shares"] for one in runs])
    rows: list[list[object]] = [["part", "share", "runs"]]
    rows += [
        [part, f"{share:.1%}", " ".join(f"{one['shares'][part]:.1%}" for one in runs)]
        for part, share in middle.items()
    ]
    told.say(report.table(rows))
    for one in runs:
        told.say(
            f"  {one['samples']} samples busy, {one['busy']:.1%} of all; by the kernel's count "
            f"{one['cpu_percent']} % of a core, {one['forwarded_per_s']}/s forwarded"
        )
    feedback = report.medians(runs)["feedback"]
    told.results["share"] = {"median": middle, "feedback": feedback, "runs": runs}
    told.promise(
        feedback <= 3 * FEEDBACK_AT_MOST,
        f"{feedback:.1%} of the processor time goes to RTCP (aim {FEEDBACK_AT_MOST:.0%})",
    )


def _fair(options: Options, footing: Footing, told: report.Report) -> dict[str, Any]:
    """Measure again where the process had to wait for a core: that counts where it goes on."""
    tries = []
    for _ in range(TRIES):
        tries.append(measure(options, footing))
        if tries[-1]["waited"] <= WAITED_AT_MOST:
            break
        told.say(f"  not counted if another is better: waited for a core {tries[-1]['waited']:.1%}")
    return min(tries, key=lambda one: float(one["waited"]))


def measure(options: Options, footing: Footing) -> dict[str, Any]:
    """Play the load once beside the sampler; return shares by part and the run's figures."""
    content()  # made before the run, not in it
    load = Load("embedded", "", footing.host, [], options.rooms, options.size, options.seconds)
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder:
        samples = Path(folder) / "samples.json"
        os.environ[SAMPLES] = str(samples)
        with embedded.running(footing.host, worker=WORKER) as engine:
            load = replace(load, address=engine.socket, pids=engine.pids, port=engine.port)
            figures = _play(replace(load, waits=True), engine.pid)
            stacks: dict[str, int] = json.loads(_written(samples))
    told = shares(stacks)
    return figures | told | {"waited": round(told["busy"] - figures["cpu_percent"] / 100, 4)}


def _play(load: Load, pid: int) -> dict[str, Any]:
    """Let the generator play, and the sampler run in its measured window."""
    command = [sys.executable, "-m", "tests.bench.generator", json.dumps(asdict(load))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as generator:
        try:
            if cast("IO[bytes]", generator.stdout).readline() != b"ready\n":
                raise RuntimeError("the load generator did not get ready")
            to = cast("IO[bytes]", generator.stdin)
            to.write(b"begin\n")
            to.flush()
            time.sleep(WARM_UP)
            os.kill(pid, signal.SIGUSR2)
            time.sleep(load.seconds - END_SLACK - WARM_UP)
            os.kill(pid, signal.SIGUSR2)
            told, _ = generator.communicate(timeout=WITHIN)
        finally:
            generator.kill()
    figures: dict[str, Any] = json.loads(told)
    return figures


def _written(path: Path) -> str:
    deadline = time.monotonic() + WRITTEN_WITHIN
    while not path.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the media process wrote no samples")
        time.sleep(0.02)
    return path.read_text()


def shares(stacks: Mapping[str, int]) -> dict[str, Any]:
    """Return the parts' shares of the samples in which the process was not waiting."""
    busy = {stack: count for stack, count in stacks.items() if not stack.startswith(IDLE)}
    counts: Counter[str] = Counter()
    inner: Counter[str] = Counter()
    for stack, count in busy.items():
        if stack.startswith(OWN):
            continue
        counts[_part(stack.split(";"))] += count
        inner[stack.partition(";")[0]] += count
    total = max(1, sum(counts.values()))
    names = [*(name for name, _ in PARTS), OTHER]
    told = {name: round(counts[name] / total, 4) for name in names}
    feedback = sum(share for name, share in told.items() if name.startswith("feedback"))
    return {
        "shares": told,
        "feedback": round(feedback, 4),
        "samples": total,
        "busy": round(total / max(1, sum(stacks.values())), 4),
        "functions": {name: round(n / total, 4) for name, n in inner.most_common(25)},
    }


def _part(stack: list[str]) -> str:
    found = set(stack)
    for name, functions in PARTS:
        if not found.isdisjoint(functions):
            return name
    return OTHER
