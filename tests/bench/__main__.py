"""`python -m tests.bench`: what was promised about media, measured on this machine."""

import argparse
import os
import sys

from rounds.bench import process
from rounds.bench.machine import load
from tests.bench import (
    backup,
    closing,
    crowd,
    footing,
    hostile,
    join,
    lines,
    loss,
    media,
    plan,
    recovery,
    share,
)
from tests.bench.report import Report

SHORT = ("join", "closing", "recovery", "loss")


def _arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=(
            "Measures the media engine with independent ICE + DTLS-SRTP peers: what a forwarded "
            "packet costs beside Janus, what hostile datagrams do, how long joining, revoking "
            "and recovering take; what browsers hear and see over bad lines; how fast a clinic is "
            "backed up and restored; and how people write a plan together, beside Hocuspocus. "
            "Broken promises to users end it with 1; ratios are only told."
        ),
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="all",
        choices=("media", "share", "crowd", *SHORT, "lines", "hostile", "backup", "plan", "all"),
    )
    parser.add_argument(
        "--priority",
        type=int,
        default=0,
        metavar="N",
        help="raise generator and targets alike by N (as `nice -n -N`), for a machine in use",
    )
    parser.add_argument("--out", default="", metavar="FILE", help="write all figures as JSON")
    sizes = parser.add_argument_group("media, share, crowd")
    sizes.add_argument("--rooms", type=int, default=12, help="rooms of the first load (12)")
    sizes.add_argument("--size", type=int, default=4, help="people in each of them (4)")
    sizes.add_argument("--visits", type=int, default=24, help="visits of two, second load (24)")
    sizes.add_argument("--seconds", type=float, default=7.0, help="length of a run (7)")
    sizes.add_argument("--repeats", type=int, default=3, help="runs per load and target (3)")
    sizes.add_argument("--no-janus", action="store_true", help="do not measure Janus")
    sizes.add_argument(
        "--no-janus-default", action="store_true", help="leave out Janus' thread per handle"
    )
    sizes.add_argument("--people", type=int, default=12, help="in the room of `crowd` (12)")
    sizes.add_argument(
        "--loop", default="auto", choices=("auto", "native", "python"), help="what forwards (auto)"
    )
    attack = parser.add_argument_group("hostile")
    attack.add_argument("--datagrams", type=int, default=1_000_000, help="how many (1,000,000)")
    attack.add_argument("--rate", type=int, default=25_000, help="datagrams a second (25,000)")
    attack.add_argument("--seed", type=int, default=7, help="of mutations and losses (7)")
    short = parser.add_argument_group("join, closing, recovery, loss")
    short.add_argument("--joins", type=int, default=20, help="people who join a visit (20)")
    short.add_argument("--closings", type=int, default=20, help="revocations (20)")
    short.add_argument("--kills", type=int, default=5, help="kill -9 of the media process (5)")
    short.add_argument("--loss", type=float, default=0.05, help="share lost on each way (0.05)")
    short.add_argument("--loss-seconds", type=float, default=10.0, help="of bad line (10)")
    bad = parser.add_argument_group("lines")
    bad.add_argument("--line-seconds", type=float, default=30.0, help="on each line (30)")
    kept = parser.add_argument_group("backup")
    kept.add_argument("--lines", type=int, default=100_000, help="of the trail (100,000)")
    kept.add_argument("--messages", type=int, default=20_000, help="of 4 kB (20,000)")
    together = parser.add_argument_group("plan")
    together.add_argument("--plan-kills", type=int, default=25, help="kill -9 of the server (25)")
    together.add_argument("--plan-seconds", type=float, default=10.0, help="length of a load (10)")
    together.add_argument("--plan-repeats", type=int, default=3, help="runs of each (3)")
    together.add_argument("--no-plan-loads", action="store_true", help="only kill")
    return parser.parse_args(given)


def _raise(priority: int, told: Report) -> int:
    """Raise our own priority, which all we start inherit; returns the niceness reached."""
    try:
        reached = os.nice(-priority)
    except PermissionError:
        told.say("The priority cannot be raised without rights; going on without.")
        return os.nice(0)
    if priority:
        process.share_priority(os.getpid())
    return reached


def main(given: list[str]) -> int:
    """Run what was asked for; 1 when a promise was broken."""
    asked = _arguments(given)
    ground = footing.stand(given)
    told = Report()
    told.results["niceness"] = _raise(asked.priority, told)
    told.results["load_before"] = load()
    if asked.what in ("join", "all"):
        join.run(asked.joins, ground, told)
    if asked.what in ("closing", "all"):
        closing.run(asked.closings, ground, told)
    if asked.what in ("recovery", "all"):
        recovery.run(asked.kills, ground, told)
    if asked.what in ("loss", "all"):
        loss.run(loss.Options(asked.loss, asked.loss_seconds, asked.seed), ground, told)
    if asked.what in ("lines", "all"):
        lines.run(lines.Options(asked.line_seconds, asked.seed), told)
    if asked.what in ("media", "all"):
        sizes = media.Options(
            asked.rooms,
            asked.size,
            asked.visits,
            asked.seconds,
            asked.repeats,
            not asked.no_janus,
            not asked.no_janus_default,
            asked.loop,
        )
        media.run(sizes, ground, told)
    if asked.what in ("share", "all"):
        loads = share.Options(asked.rooms, asked.size, asked.seconds, asked.repeats)
        share.run(loads, ground, told)
    if asked.what in ("crowd", "all"):
        crowd.run(crowd.Options(asked.people, asked.seconds), ground, told)
    if asked.what in ("hostile", "all"):
        hostile.run(hostile.Options(asked.datagrams, asked.rate, asked.seed), ground, told)
    if asked.what in ("backup", "all"):
        backup.run(backup.Options(asked.lines, asked.messages), told)
    if asked.what in ("plan", "all"):
        together = plan.Options(
            asked.plan_kills,
            asked.plan_seconds,
            asked.plan_repeats,
            asked.seed,
            not asked.no_plan_loads,
        )
        plan.run(together, told)
    told.results["load_after"] = load()
    told.say(
        f"Processes that wanted a core in the minute before: {told.results['load_before']}; in the "
        f"last minute, ours among them: {told.results['load_after']}."
    )
    if asked.out:
        told.write(asked.out)
    for sentence in told.broken:
        told.say(f"BROKEN: {sentence}")
    return 1 if told.broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
